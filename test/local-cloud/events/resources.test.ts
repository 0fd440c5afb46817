import { describe, expect, test } from '@jest/globals';
import { findUnknownProperty } from '#lib/local-cloud/core/property-shape.ts';
import { anEventBridge, arnOf } from '#test/local-cloud/events/events-for-tests.ts';

const TARGET = { Id: 'Target0', Arn: arnOf('sqs', 'orders') };

describe('a template', () => {
  test('makes a bus, a rule on it and an archive', async () => {
    const { deploy, call, put, calls } = anEventBridge();
    const bus = await deploy('AWS::Events::EventBus', { Name: 'shop', Description: 'all' });
    const rule = await deploy(
      'AWS::Events::Rule',
      {
        EventBusName: arnOf('events', 'event-bus/shop'),
        EventPattern: { source: ['order-service'] },
        State: 'ENABLED',
        Targets: [{ ...TARGET, RetryPolicy: { MaximumRetryAttempts: '3' } }],
      },
      'Rule',
    );
    const archive = await deploy(
      'AWS::Events::Archive',
      { SourceArn: bus.attributes?.Arn, RetentionDays: '7' },
      'Archive',
    );

    expect(bus).toEqual({ ref: 'shop', attributes: { Arn: arnOf('events', 'event-bus/shop'), Name: 'shop' } });
    expect(rule).toEqual({
      ref: 'shop|shop-Rule-ABC123',
      attributes: { Arn: arnOf('events', 'rule/shop/shop-Rule-ABC123') },
    });
    expect(archive.ref).toBe('shop-Archive-ABC123');
    await put({}, { EventBusName: 'shop' });
    expect(calls).toHaveLength(1);
    const { Targets } = await call<{ Targets: object[] }>('ListTargetsByRule', {
      Rule: 'shop-Rule-ABC123',
      EventBusName: 'shop',
    });
    expect(Targets).toEqual([{ ...TARGET, RetryPolicy: { MaximumRetryAttempts: 3 } }]);
  });

  test('names a rule of the default bus alone', async () => {
    const { deploy } = anEventBridge();
    const rule = await deploy('AWS::Events::Rule', { Name: 'tick', ScheduleExpression: 'rate(1 hour)' });
    expect(rule).toEqual({ ref: 'tick', attributes: { Arn: arnOf('events', 'rule/tick') } });
  });

  test.each([
    [
      'a statement',
      { Statement: { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents' } },
      { Sid: 's', Effect: 'Allow', Principal: '*', Action: 'events:PutEvents' },
    ],
    [
      'an account',
      { Action: 'events:PutEvents', Principal: '000000000000' },
      {
        Sid: 's',
        Effect: 'Allow',
        Principal: { AWS: '000000000000' },
        Action: 'events:PutEvents',
        Resource: arnOf('events', 'event-bus/default'),
      },
    ],
  ])('gives a bus a policy with %s', async (_title, properties, statement) => {
    const { deploy, policies } = anEventBridge();
    await deploy('AWS::Events::EventBusPolicy', { StatementId: 's', ...properties });
    expect(policies).toEqual([
      { arn: arnOf('events', 'event-bus/default'), policy: { Version: '2012-10-17', Statement: statement } },
    ]);
  });

  test.each([
    [{ EcsParameters: {} }, 'Targets[0].EcsParameters'],
    [{ HttpParameters: {} }, 'Targets[0].HttpParameters'],
    [{ RetryPolicy: { Attempts: 1 } }, 'Targets[0].RetryPolicy.Attempts'],
  ])('with %j in a target is refused', (target, path) => {
    const { events } = anEventBridge();
    const shape = events.resourceTypes.find(({ type }) => type === 'AWS::Events::Rule')?.properties ?? {};
    expect(findUnknownProperty({ Targets: [{ ...TARGET, ...target }] }, shape)).toBe(path);
  });

  test.each([
    [{ EventPattern: { source: 'a' } }, '"source" must be an object or an array'],
    [{}, 'Parameter(s) EventPattern or ScheduleExpression must be specified.'],
    [{ EventPattern: { a: ['b'] }, EventBusName: 'none' }, 'Event bus none does not exist.'],
  ])('with a rule %j is refused', (properties, message) => {
    const { deploy } = anEventBridge();
    expect(() => deploy('AWS::Events::Rule', properties)).toThrow(message);
  });
});

describe('the API of rules', () => {
  test('describes what was put', async () => {
    const { call, aRule } = anEventBridge();
    await aRule({}, { source: ['a'] });
    expect(await call('DescribeRule', { Name: 'all' })).toMatchObject({
      Name: 'all',
      Arn: arnOf('events', 'rule/all'),
      EventPattern: '{"source":["a"]}',
      State: 'ENABLED',
      EventBusName: 'default',
    });
    expect(await call('ListRuleNamesByTarget', { TargetArn: arnOf('sqs', 'orders') })).toEqual({ RuleNames: ['all'] });
  });

  test('lists page by page', async () => {
    const { call } = anEventBridge();
    for (const Name of ['a1', 'a2', 'a3', 'b1']) await call('PutRule', { Name, EventPattern: '{"source":["a"]}' });
    const first = await call<{ Rules: object[]; NextToken: string }>('ListRules', { NamePrefix: 'a', Limit: 2 });
    const second = await call<{ Rules: object[] }>('ListRules', {
      NamePrefix: 'a',
      Limit: 2,
      NextToken: first.NextToken,
    });
    expect([...first.Rules, ...second.Rules]).toMatchObject([{ Name: 'a1' }, { Name: 'a2' }, { Name: 'a3' }]);
    expect(second).not.toHaveProperty('NextToken', expect.anything());
  });

  test.each([
    ['DescribeRule', { Name: 'x' }, 'Rule x does not exist on EventBus default.'],
    ['PutTargets', { Rule: 'x', Targets: [TARGET] }, 'Rule x does not exist on EventBus default.'],
    ['DescribeEventBus', { Name: 'x' }, 'Event bus x does not exist.'],
    ['DescribeArchive', { ArchiveName: 'x' }, 'Archive x does not exist.'],
    ['DescribeReplay', { ReplayName: 'x' }, 'Replay x does not exist.'],
  ])('%s of what is not there is ResourceNotFoundException', async (action, input, message) => {
    const { call } = anEventBridge();
    const request = call(action, input);
    await expect(request).rejects.toMatchObject({ code: 'ResourceNotFoundException', message });
  });

  test('keeps a rule that has targets', async () => {
    const { call, aRule } = anEventBridge();
    await aRule({});
    await expect(call('DeleteRule', { Name: 'all' })).rejects.toThrow("Rule can't be deleted since it has targets.");
    expect(await call('RemoveTargets', { Rule: 'all', Ids: ['target', 'other'] })).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'other' }],
    });
    await call('DeleteRule', { Name: 'all' });
    expect(await call('ListRules', {})).toMatchObject({ Rules: [] });
  });
});
