import { expect, test } from '@jest/globals';
import { sayStubbed } from '#bin/deploy-local/print.ts';

test('every resource that is stubbed is named, in a line for each type', () => {
  const type = 'AWS::CloudWatch::CompositeAlarm';
  const why = 'alarms are not combined';
  const stubbed = [
    { type, resource: 'Bazaar-Cart/FastBurn/Resource', why },
    { type: 'AWS::Events::Archive', resource: 'Bazaar-Platform/Bus/History/Archive', why: 'nothing is archived' },
    { type, resource: 'Bazaar-User/FastBurn/Resource', why },
  ];

  expect(sayStubbed(stubbed)).toEqual([
    'stubbed: AWS::CloudWatch::CompositeAlarm (alarms are not combined): Bazaar-Cart/FastBurn, Bazaar-User/FastBurn',
    'stubbed: AWS::Events::Archive (nothing is archived): Bazaar-Platform/Bus/History/Archive',
  ]);
});
