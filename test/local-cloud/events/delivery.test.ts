import { describe, expect, test } from '@jest/globals';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { anEventBridge, arnOf, delivered } from '#test/local-cloud/events/events-for-tests.ts';

const RULE_ARN = arnOf('events', 'rule/all');
const DLQ = { DeadLetterConfig: { Arn: arnOf('sqs', 'dead-letters') } };
const SERVICE = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: RULE_ARN };

const fault = () => new AwsError('ServiceException', 'out of order', 500);
const denied = () => new AwsError('AccessDeniedException', 'not allowed', 403);

describe('a rule', () => {
  test('delivers the event that matches, with its trace', async () => {
    const { aRule, put, calls } = anEventBridge();
    await aRule({}, { detail: { total: [{ numeric: ['>', 10] }] } });
    const { Entries } = await put({ total: 11 }, { TraceHeader: 'Root=1-a-b', Resources: ['r'] });
    await put({ total: 9 });

    expect(calls).toHaveLength(1);
    const [sent] = calls;
    expect(sent?.context).toEqual({ caller: SERVICE, trace: 'Root=1-a-b' });
    expect(sent?.input.QueueUrl).toBe('orders');
    expect(JSON.parse(sent?.input.MessageBody)).toEqual({
      version: '0',
      id: Entries[0]?.EventId,
      'detail-type': 'OrderPlaced',
      source: 'order-service',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'us-east-1',
      resources: ['r'],
      detail: { total: 11 },
    });
  });

  test('passes the trace of the caller on when the entry names none', async () => {
    const { aRule, put, calls } = anEventBridge();
    await aRule({});
    await put({}, {}, { trace: 'Root=1-c-d' });
    expect(calls[0]?.context.trace).toBe('Root=1-c-d');
  });

  test.each([
    [
      arnOf('sqs', 'orders.fifo'),
      { SqsParameters: { MessageGroupId: 'g' } },
      'sqs:SendMessage',
      { QueueUrl: 'orders.fifo', MessageGroupId: 'g' },
    ],
    [
      arnOf('lambda', 'function:ship'),
      {},
      'lambda:Invoke',
      { FunctionName: arnOf('lambda', 'function:ship'), InvocationType: 'Event', Payload: Buffer.from('{"a":1}') },
    ],
    [
      arnOf('states', 'stateMachine:saga'),
      {},
      'states:StartExecution',
      { stateMachineArn: arnOf('states', 'stateMachine:saga'), input: '{"a":1}', traceHeader: 'Root=1-a-b' },
    ],
    [arnOf('sns', 'news'), {}, 'sns:Publish', { TopicArn: arnOf('sns', 'news'), Message: '{"a":1}' }],
    [
      arnOf('logs', 'log-group:/shop/events:*'),
      {},
      'logs:PutLogEvents',
      { logGroupName: '/shop/events', logStreamName: 'all' },
    ],
  ])('delivers to %s', async (Arn, more, action, input) => {
    const { aRule, put, calls } = anEventBridge();
    await aRule({ Arn, Input: '{"a":1}', ...more });
    await put({}, { TraceHeader: 'Root=1-a-b' });
    const sent = calls.find(({ to }) => to === action);
    expect(sent?.input).toMatchObject(input);
  });

  test('acts under the role of the target', async () => {
    const { aRule, put, calls } = anEventBridge();
    await aRule({ RoleArn: 'arn:aws:iam::000000000000:role/starter' });
    await put();
    expect(calls[0]?.context.caller).toEqual({ kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/starter' });
  });

  test('lets an event go on to another bus as it is', async () => {
    const { call, aRule, put, calls, authorized } = anEventBridge();
    await call('CreateEventBus', { Name: 'archive' });
    await call('PutRule', { Name: 'there', EventBusName: 'archive', EventPattern: '{"source":["order-service"]}' });
    const Targets = [{ Id: 'queue', Arn: arnOf('sqs', 'there') }];
    await call('PutTargets', { Rule: 'there', EventBusName: 'archive', Targets });
    await aRule({ Arn: arnOf('events', 'event-bus/archive'), RoleArn: 'role' });
    const { Entries } = await put();

    expect(JSON.parse(calls[0]?.input.MessageBody).id).toBe(Entries[0]?.EventId);
    expect(calls[0]?.context.caller).toMatchObject({ sourceArn: arnOf('events', 'rule/archive/there') });
    expect(authorized).toContainEqual({
      caller: { kind: 'role', roleArn: 'role' },
      action: 'events:PutEvents',
      arn: arnOf('events', 'event-bus/archive'),
    });
  });

  test.each(['kinesis', 'ecs', 'execute-api'])('refuses a target of %s by name', async (service) => {
    const { aRule } = anEventBridge();
    await expect(aRule({ Arn: arnOf(service, 'x') })).rejects.toThrow(
      `target target of rule all: the embedded cloud cannot deliver to ${arnOf(service, 'x')}`,
    );
  });

  test('that is disabled delivers nothing until it is enabled', async () => {
    const { call, aRule, put, calls } = anEventBridge();
    await aRule({});
    await call('DisableRule', { Name: 'all' });
    await put();
    expect(calls).toHaveLength(0);
    await call('EnableRule', { Name: 'all' });
    await put();
    expect(calls).toHaveLength(1);
  });
});

describe('a delivery that fails', () => {
  test('is tried again with exponential backoff until it succeeds', async () => {
    const { clock, aRule, put, calls, fail, warnings } = anEventBridge();
    await aRule(DLQ);
    let failures = 3;
    fail('sqs:SendMessage', () => (failures-- > 0 ? fault() : undefined));
    await put();

    for (const seconds of [1, 2, 4]) {
      const before = calls.length;
      clock.advance(seconds * 1000 - 1);
      await delivered();
      expect(calls).toHaveLength(before);
      clock.advance(1);
      await delivered();
      expect(calls).toHaveLength(before + 1);
    }
    clock.advance(86_400_000);
    await delivered();
    expect(calls.map(({ input }) => input.QueueUrl)).toEqual(['orders', 'orders', 'orders', 'orders']);
    expect(warnings).toEqual([]);
  });

  test('goes to the dead-letter queue after the last attempt, and says why', async () => {
    const { clock, aRule, put, calls, fail } = anEventBridge();
    const Arn = arnOf('lambda', 'function:ship');
    await aRule({ Arn, ...DLQ, RetryPolicy: { MaximumRetryAttempts: 2 } });
    fail('lambda:Invoke', fault);
    const { Entries } = await put({ total: 1 }, { TraceHeader: 'Root=1-a-b' });
    clock.advance(1000);
    await delivered();
    clock.advance(2000);
    await delivered();

    expect(calls.map(({ to }) => to)).toEqual(['lambda:Invoke', 'lambda:Invoke', 'lambda:Invoke', 'sqs:SendMessage']);
    const dead = calls[3];
    expect(dead?.context).toEqual({ caller: SERVICE, trace: 'Root=1-a-b' });
    expect(dead?.input.QueueUrl).toBe('dead-letters');
    expect(JSON.parse(dead?.input.MessageBody)).toMatchObject({ id: Entries[0]?.EventId, detail: { total: 1 } });
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    expect(dead?.input.MessageAttributes).toEqual({
      RULE_ARN: text(RULE_ARN),
      TARGET_ARN: text(Arn),
      ERROR_CODE: text('ERROR_FROM_TARGET'),
      ERROR_MESSAGE: text('out of order'),
      EXHAUSTED_RETRY_CONDITION: text('MaximumRetryAttempts'),
      RETRY_ATTEMPTS: text('2'),
    });
  });

  test('goes to the dead-letter queue when the event is too old', async () => {
    const { clock, aRule, put, calls, fail } = anEventBridge();
    await aRule({ Arn: arnOf('lambda', 'function:ship'), ...DLQ, RetryPolicy: { MaximumEventAgeInSeconds: 60 } });
    fail('lambda:Invoke', fault);
    await put();
    for (let seconds = 0; seconds < 60; seconds += 1) {
      clock.advance(1000);
      await delivered();
    }
    const { EXHAUSTED_RETRY_CONDITION, RETRY_ATTEMPTS } = calls.at(-1)?.input.MessageAttributes ?? {};
    expect(EXHAUSTED_RETRY_CONDITION.StringValue).toBe('MaximumEventAgeInSeconds');
    // After 1, 2, 4, 8 and 16 seconds; the sixth would be due 63 seconds after the event.
    expect(RETRY_ATTEMPTS.StringValue).toBe('5');
  });

  test.each([
    ['NO_PERMISSIONS', denied()],
    ['NO_RESOURCE', new AwsError('ResourceNotFoundException', 'Function not found', 404)],
    ['NO_RESOURCE', new AwsError('StateMachineDoesNotExist', 'gone')],
    ['INVALID_PARAMETER', new AwsError('ValidationException', 'bad')],
  ])('as %s is not tried again', async (code, error) => {
    const { aRule, put, calls, fail } = anEventBridge();
    await aRule({ Arn: arnOf('lambda', 'function:ship'), ...DLQ });
    fail('lambda:Invoke', () => error);
    await put();
    expect(calls.map(({ to }) => to)).toEqual(['lambda:Invoke', 'sqs:SendMessage']);
    const { ERROR_CODE, RETRY_ATTEMPTS, EXHAUSTED_RETRY_CONDITION } = calls[1]?.input.MessageAttributes ?? {};
    expect([ERROR_CODE.StringValue, RETRY_ATTEMPTS.StringValue]).toEqual([code, '0']);
    expect(EXHAUSTED_RETRY_CONDITION).toBeUndefined();
  });

  test.each(['TooManyRequestsException', 'ThrottlingException', 'RequestThrottled'])(
    'with %s is tried again',
    async (code) => {
      const { clock, aRule, put, calls, fail } = anEventBridge();
      await aRule({ Arn: arnOf('lambda', 'function:ship'), ...DLQ });
      fail('lambda:Invoke', () => new AwsError(code, 'slow down', 429));
      await put();
      clock.advance(1000);
      await delivered();
      expect(calls.map(({ to }) => to)).toEqual(['lambda:Invoke', 'lambda:Invoke']);
    },
  );

  test('because the input is no JSON never reaches a function', async () => {
    const { aRule, put, calls } = anEventBridge();
    const InputTransformer = { InputTemplate: '"one"\n"two"' };
    await aRule({ Arn: arnOf('lambda', 'function:ship'), ...DLQ, InputTransformer });
    await put();
    expect(calls.map(({ input }) => input.MessageAttributes?.ERROR_CODE.StringValue)).toEqual(['INVALID_JSON']);
  });

  test('without a dead-letter queue is dropped with a warning', async () => {
    const { aRule, put, fail, warnings } = anEventBridge();
    await aRule({});
    fail('sqs:SendMessage', denied);
    await put();
    expect(warnings).toEqual([
      `event dropped, no dead-letter queue: rule all -> ${arnOf('sqs', 'orders')}: NO_PERMISSIONS not allowed`,
    ]);
  });

  test('of one target does not hold up another', async () => {
    const { call, aRule, put, calls, fail } = anEventBridge();
    await aRule({ Arn: arnOf('lambda', 'function:ship') });
    await call('PutTargets', { Rule: 'all', Targets: [{ Id: 'other', Arn: arnOf('sqs', 'orders') }] });
    fail('lambda:Invoke', fault);
    await put();
    expect(calls.map(({ to }) => to)).toEqual(['lambda:Invoke', 'sqs:SendMessage']);
  });

  test('ends with the cloud', async () => {
    const { clock, events, aRule, put, calls, fail } = anEventBridge();
    await aRule(DLQ);
    fail('sqs:SendMessage', fault);
    await put();
    await events.stop?.();
    clock.advance(86_400_000);
    await delivered();
    expect(calls).toHaveLength(1);
  });
});

describe('the metrics of a rule', () => {
  test('count what is invoked, fails and is given up', async () => {
    const counted: string[] = [];
    const onMetric = (namespace: string, name: string, dimensions: object) => {
      counted.push(`${namespace} ${name} ${JSON.stringify(dimensions)}`);
    };
    const { aRule, put, fail } = anEventBridge({ onMetric });
    await aRule({ Arn: arnOf('lambda', 'function:ship'), ...DLQ });
    fail('lambda:Invoke', denied);
    await put();
    expect(counted).toEqual(
      ['MatchedEvents', 'TriggeredRules', 'Invocations', 'FailedInvocations', 'InvocationsSentToDlq'].map(
        (name) => `AWS/Events ${name} {"RuleName":"all"}`,
      ),
    );
  });
});
