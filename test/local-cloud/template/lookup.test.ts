import { beforeAll, describe, expect, test } from '@jest/globals';
import { findPhysicalId, listResources, outputsOf } from '#lib/local-cloud/template/lookup.ts';
import { aStack, FakeCloud } from './stacks.ts';

const cloud = new FakeCloud().with('AWS::Test::Queue').with('AWS::Test::Topic');

beforeAll(async () => {
  await cloud.deploy(
    aStack(
      'shop-dev',
      {
        Resources: { QueueA1B2: { Type: 'AWS::Test::Queue' }, Topic: { Type: 'AWS::Test::Topic' } },
        Outputs: { Arn: { Value: { 'Fn::GetAtt': ['QueueA1B2', 'Arn'] } } },
      },
      { displayName: 'Shop', paths: new Map([['QueueA1B2', 'Shop/Orders/Queue/Resource']]) },
    ),
  );
});

describe('the lookup of a resource', () => {
  test.each(['QueueA1B2', 'Orders/Queue', 'Orders/Queue/Resource'])('knows it as %s', (idOrPath) => {
    expect(findPhysicalId(cloud.deployment, 'shop-dev', idOrPath)).toMatch(/^shop-dev-QueueA1B2-/);
  });

  test.each([
    ['shop-dev', 'Queue', 'The stack shop-dev has no resource Queue.'],
    ['shop-prod', 'QueueA1B2', 'There is no stack shop-prod.'],
  ])('fails for %s/%s', (stackName, id, message) => {
    expect(() => findPhysicalId(cloud.deployment, stackName, id)).toThrow(message);
  });
});

describe('the list of resources', () => {
  test('has those of one type', () => {
    expect(listResources(cloud.deployment, 'AWS::Test::Queue')).toEqual([
      {
        stackName: 'shop-dev',
        logicalId: 'QueueA1B2',
        type: 'AWS::Test::Queue',
        physicalId: expect.stringMatching(/^shop-dev-QueueA1B2-/),
        path: 'Orders/Queue/Resource',
      },
    ]);
    expect(listResources(cloud.deployment)).toHaveLength(2);
  });
});

describe('the outputs of a stack', () => {
  test('are known by name', () => {
    expect(outputsOf(cloud.deployment, 'shop-dev')).toEqual({ Arn: 'arn:of:QueueA1B2' });
  });
});
