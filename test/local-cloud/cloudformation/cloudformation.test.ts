import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCloudFormation } from '#lib/local-cloud/cloudformation/cloudformation.ts';
import { OPERATOR, type ServiceModule } from '#lib/local-cloud/core/service.ts';
import { aStack, FakeCloud, parameterStore } from '../template/stacks.ts';

const THING = 'AWS::Test::Thing';

let cloud: FakeCloud;
let cloudFormation: ServiceModule;

beforeAll(async () => {
  cloud = new FakeCloud(parameterStore({ '/shop/zones': 'a,b' })).with(THING);
  await cloud.deploy(
    aStack(
      'Shop',
      {
        Description: 'The shop',
        Parameters: {
          Stage: { Type: 'String', Default: 'dev' },
          Token: { Type: 'String', Default: 'hush', NoEcho: true },
          Zones: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/shop/zones' },
        },
        Resources: { Queue: { Type: THING, Metadata: { a: 1 } }, Topic: { Type: THING } },
        Outputs: {
          Arn: { Value: { 'Fn::GetAtt': ['Queue', 'Arn'] }, Description: 'its ARN', Export: { Name: 'QueueArn' } },
        },
      },
      { tags: { team: 'shop' } },
    ),
    aStack('Empty', {}),
  );
  cloudFormation = createCloudFormation(cloud.deployment);
});

function call(action: string, input: object = {}): unknown {
  return cloudFormation.operations[action]?.run(input, { caller: OPERATOR });
}

function physicalId(logicalId: string): string | undefined {
  return cloud.deployment.find('Shop')?.resources.get(logicalId)?.physical.ref;
}

describe('DescribeStacks', () => {
  test('describes a stack with its parameters, outputs and tags', () => {
    expect(call('DescribeStacks', { StackName: 'Shop' })).toMatchObject({
      Stacks: [
        {
          StackName: 'Shop',
          StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/Shop\/[0-9a-f-]{36}$/),
          Description: 'The shop',
          StackStatus: 'CREATE_COMPLETE',
          CreationTime: expect.any(Date),
          Parameters: [
            { ParameterKey: 'Stage', ParameterValue: 'dev' },
            { ParameterKey: 'Token', ParameterValue: '****' },
            { ParameterKey: 'Zones', ParameterValue: '/shop/zones', ResolvedValue: 'a,b' },
          ],
          Outputs: [{ OutputKey: 'Arn', OutputValue: 'arn:of:Queue', Description: 'its ARN', ExportName: 'QueueArn' }],
          Tags: [{ Key: 'team', Value: 'shop' }],
        },
      ],
    });
  });

  test('describes all stacks, and one by its ARN', () => {
    expect(call('DescribeStacks')).toMatchObject({ Stacks: [{ StackName: 'Shop' }, { StackName: 'Empty' }] });
    const { id } = cloud.deployment.find('Empty') ?? {};
    expect(call('DescribeStacks', { StackName: id })).toMatchObject({ Stacks: [{ StackName: 'Empty' }] });
  });
});

describe('ListStacks', () => {
  test.each([
    [undefined, ['Shop', 'Empty']],
    [['CREATE_COMPLETE'], ['Shop', 'Empty']],
    [['DELETE_COMPLETE'], []],
  ])('with the filter %j lists %j', (StackStatusFilter, names) => {
    const { StackSummaries } = call('ListStacks', { StackStatusFilter }) as { StackSummaries: { StackName: string }[] };

    expect(StackSummaries.map((stack) => stack.StackName)).toEqual(names);
  });
});

describe('the resources of a stack', () => {
  test('are listed', () => {
    expect(call('ListStackResources', { StackName: 'Shop' })).toMatchObject({
      StackResourceSummaries: [
        { LogicalResourceId: 'Queue', PhysicalResourceId: physicalId('Queue'), ResourceType: THING },
        { LogicalResourceId: 'Topic', PhysicalResourceId: physicalId('Topic'), ResourceStatus: 'CREATE_COMPLETE' },
      ],
    });
  });

  test.each([
    ['by stack', () => ({ StackName: 'Shop' }), ['Queue', 'Topic']],
    ['by logical id', () => ({ StackName: 'Shop', LogicalResourceId: 'Topic' }), ['Topic']],
    ['by physical id', () => ({ PhysicalResourceId: physicalId('Topic') }), ['Queue', 'Topic']],
  ])('are described %s', (_, input, ids) => {
    const { StackResources } = call('DescribeStackResources', input()) as {
      StackResources: { LogicalResourceId: string }[];
    };

    expect(StackResources.map((resource) => resource.LogicalResourceId)).toEqual(ids);
  });

  test('are described one by one with their metadata', () => {
    expect(call('DescribeStackResource', { StackName: 'Shop', LogicalResourceId: 'Queue' })).toMatchObject({
      StackResourceDetail: {
        PhysicalResourceId: physicalId('Queue'),
        Metadata: '{"a":1}',
        LastUpdatedTimestamp: expect.any(Date),
      },
    });
  });
});

describe('GetTemplate', () => {
  test('gives the template as it was read', () => {
    const { TemplateBody } = call('GetTemplate', { StackName: 'Shop' }) as { TemplateBody: string };

    expect(JSON.parse(TemplateBody)).toEqual(cloud.deployment.find('Shop')?.source.template);
  });
});

describe('ListExports', () => {
  test('lists the exports of all stacks', () => {
    expect(call('ListExports')).toMatchObject({ Exports: [{ Name: 'QueueArn', Value: 'arn:of:Queue' }] });
  });
});

describe('a stack that does not exist', () => {
  test.each(['DescribeStacks', 'ListStackResources', 'DescribeStackResources', 'GetTemplate'])('fails %s', (action) => {
    expect(() => call(action, { StackName: 'Nobody' })).toThrow(
      expect.objectContaining({ code: 'ValidationError', message: 'Stack with id Nobody does not exist' }),
    );
  });
});
