import { afterEach, describe, expect, test } from '@jest/globals';
import { aMail, anIdentity, FROM, startSes, stopSes } from './ses-under-test.ts';

afterEach(stopSes);

describe('a role', () => {
  const allow = (Resource: string | string[], Condition?: object) => ({
    Effect: 'Allow',
    Action: 'ses:SendEmail',
    Resource,
    ...(Condition && { Condition }),
  });

  test('may send from the identity that it is granted, and from no other', async () => {
    const cloud = await startSes();
    await anIdentity(cloud);
    await anIdentity(cloud, 'boss@example.com');
    const role = await cloud.createRole('Sender', allow(cloud.account.arn('ses', `identity/${FROM}`)));
    const client = cloud.clientOf(role);

    await client.send(aMail());
    const denied = client.send(aMail({ FromEmailAddress: 'boss@example.com' }));

    await expect(denied).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('ses:SendEmail on resource: arn:aws:ses:us-east-1:000000000000:identity/boss@'),
    });
    expect(cloud.ses.mailbox()).toHaveLength(1);
  });

  test.each([
    ['named', { ConfigurationSetName: 'tracked' }, {}],
    ['that the identity has', {}, { ConfigurationSetAttributes: { ConfigurationSetName: 'tracked' } }],
  ])('needs the configuration set too, %s', async (_, changes, identity) => {
    const cloud = await startSes();
    await cloud.create('AWS::SES::ConfigurationSet', { Name: 'tracked' });
    await anIdentity(cloud, FROM, identity);
    const identityArn = cloud.account.arn('ses', `identity/${FROM}`);
    const setArn = cloud.account.arn('ses', 'configuration-set/tracked');
    const narrow = await cloud.createRole('Narrow', allow(identityArn));
    const wide = await cloud.createRole('Wide', allow([identityArn, setArn]));

    await expect(cloud.clientOf(narrow).send(aMail(changes))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await cloud.clientOf(wide).send(aMail(changes));

    expect(cloud.ses.mailbox()).toEqual([expect.objectContaining({ configuration_set: 'tracked' })]);
  });

  test('may be held to an address and to recipients', async () => {
    const cloud = await startSes();
    await anIdentity(cloud, 'example.com');
    const condition = {
      StringEquals: { 'ses:FromAddress': FROM },
      'ForAllValues:StringLike': { 'ses:Recipients': '*@example.org' },
    };
    const client = cloud.clientOf(await cloud.createRole('Held', allow('*', condition)));

    await client.send(aMail());
    const wrongSender = client.send(aMail({ FromEmailAddress: 'boss@example.com' }));
    const wrongRecipient = client.send(aMail({ Destination: { ToAddresses: ['jane@example.net'] } }));

    await expect(wrongSender).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(wrongRecipient).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
