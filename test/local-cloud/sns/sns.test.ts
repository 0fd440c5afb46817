import { afterEach, describe, expect, test } from '@jest/globals';
import { Account } from '#lib/local-cloud/core/account.ts';
import { createApi } from '#lib/local-cloud/core/api.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import {
  type CallContext,
  type CloudContext,
  OPERATOR,
  type Physical,
  type ServiceModule,
} from '#lib/local-cloud/core/service.ts';
import { startEndpoint } from '#lib/local-cloud/core/wire.ts';
import { delayBefore } from '#lib/local-cloud/sns/delivery.ts';
import { createSns } from '#lib/local-cloud/sns/sns.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alarms';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:alarms';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:page';

const delivered = () => new Promise((resolve) => setImmediate(resolve));
const clocks: Clock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: each action has an input shape of its own
type Call = { to: string; input: any; context: CallContext };

function anSns() {
  const clock = new Clock();
  clocks.push(clock);
  const calls: Call[] = [];
  const warnings: string[] = [];
  const policies: { arn: string; policy: unknown }[] = [];
  const failures = new Map<string, () => Error | undefined>();
  const iam = {
    authorize() {},
    attachResourcePolicy: (arn: string, policy: unknown) => void policies.push({ arn, policy }),
    credentialsFor: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
    callerOf: () => OPERATOR,
  };
  const api = createApi(iam);
  const log = { info() {}, warn: (line: string) => void warnings.push(line) };
  const context: CloudContext = { account: new Account(), clock, api, iam, log };
  const sns = createSns(context);
  api.register(sns);
  const recorder = (name: string, action: string): ServiceModule => ({
    name,
    operations: {
      [action]: {
        resources: () => [],
        run(input: unknown, call: CallContext) {
          calls.push({ to: `${name}:${action}`, input, context: call });
          const error = failures.get(name)?.();
          if (error) throw error;
          return {};
        },
      },
    },
    resourceTypes: [],
  });
  api.register(recorder('sqs', 'SendMessage'));
  api.register(recorder('lambda', 'Invoke'));

  const deploy = (type: string, properties: Record<string, unknown>): Physical => {
    const resourceType = sns.resourceTypes.find((candidate) => candidate.type === type);
    const resource = { stackName: 'shop', logicalId: 'Alarms', type, properties, metadata: {} };
    return resourceType?.create({ ...resource, generatedName: () => 'alarms' }) as Physical;
  };
  const call = <O = Record<string, never>>(action: string, input: object) =>
    api.call<O>('sns', action, input, { caller: OPERATOR, trace: 'Root=1-a-b' });
  const publish = async (input: object = {}) => {
    const output = await call<{ MessageId: string }>('Publish', { TopicArn: TOPIC, Message: 'hello', ...input });
    await delivered();
    return output;
  };
  const subscribe = (properties: object) => deploy('AWS::SNS::Subscription', { TopicArn: TOPIC, ...properties });
  deploy('AWS::SNS::Topic', { TopicName: 'alarms', DisplayName: 'Alarms' });
  return { clock, sns, api, iam, calls, warnings, policies, failures, deploy, call, publish, subscribe, context };
}

describe('a topic', () => {
  test('delivers to a queue in the envelope of SNS', async () => {
    const { subscribe, publish, calls } = anSns();
    subscribe({ Protocol: 'sqs', Endpoint: QUEUE });
    const MessageAttributes = { level: { DataType: 'String', StringValue: 'high' } };
    const { MessageId } = await publish({ Subject: 'ALARM', MessageAttributes });

    expect(calls).toHaveLength(1);
    expect(calls[0]?.context).toEqual({
      caller: { kind: 'service', principal: 'sns.amazonaws.com', sourceArn: TOPIC },
      trace: 'Root=1-a-b',
    });
    expect(calls[0]?.input.QueueUrl).toBe('alarms');
    expect(JSON.parse(calls[0]?.input.MessageBody)).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: TOPIC,
      Subject: 'ALARM',
      Message: 'hello',
      Timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      MessageAttributes: { level: { Type: 'String', Value: 'high' } },
    });
  });

  test('delivers the message alone when that is asked for', async () => {
    const { subscribe, publish, calls } = anSns();
    subscribe({ Protocol: 'sqs', Endpoint: QUEUE, RawMessageDelivery: true });
    const MessageAttributes = { level: { DataType: 'String', StringValue: 'high' } };
    await publish({ MessageAttributes });
    expect(calls[0]?.input).toEqual({ QueueUrl: 'alarms', MessageBody: 'hello', MessageAttributes });
  });

  test('invokes a function', async () => {
    const { subscribe, publish, calls } = anSns();
    const { ref } = subscribe({ Protocol: 'lambda', Endpoint: FUNCTION });
    const { MessageId } = await publish();
    expect(calls[0]?.input).toMatchObject({ FunctionName: FUNCTION, InvocationType: 'Event' });
    expect(JSON.parse(String(calls[0]?.input.Payload))).toMatchObject({
      Records: [
        {
          EventSource: 'aws:sns',
          EventSubscriptionArn: ref,
          Sns: { MessageId, Subject: null, Message: 'hello', MessageAttributes: {} },
        },
      ],
    });
  });

  test.each(['email', 'https', 'sms'])('accepts a subscription by %s and sends nothing', async (Protocol) => {
    const { subscribe, publish, calls, call } = anSns();
    subscribe({ Protocol, Endpoint: 'somebody' });
    await publish();
    expect(calls).toHaveLength(0);
    expect(await call('ListSubscriptionsByTopic', { TopicArn: TOPIC })).toMatchObject({
      Subscriptions: [{ Protocol, Endpoint: 'somebody', TopicArn: TOPIC, Owner: '000000000000' }],
    });
  });

  test('has the subscriptions of its template and those of the API', async () => {
    const { deploy, call } = anSns();
    const inline = deploy('AWS::SNS::Topic', {
      TopicName: 'news',
      Subscription: [{ Protocol: 'sqs', Endpoint: QUEUE }],
    });
    const input = { TopicArn: inline.ref, Protocol: 'lambda', Endpoint: FUNCTION };
    const first = await call<{ SubscriptionArn: string }>('Subscribe', input);
    expect(await call('Subscribe', input)).toEqual(first);
    await call('Unsubscribe', first);
    const { Subscriptions } = await call<{ Subscriptions: object[] }>('ListSubscriptionsByTopic', {
      TopicArn: inline.ref,
    });
    expect(Subscriptions).toMatchObject([{ Protocol: 'sqs' }]);
    expect(await call('ListTopics', {})).toMatchObject({ Topics: [{ TopicArn: TOPIC }, { TopicArn: inline.ref }] });
  });

  test.each([
    ['a topic that is not there', { TopicArn: `${TOPIC}s` }, 'NotFound', 'Topic does not exist'],
    ['no message', { Message: '' }, 'InvalidParameter', 'Invalid parameter: Empty message'],
    ['too long a message', { Message: 'x'.repeat(262_145) }, 'InvalidParameter', 'Message too long'],
    ['too long a subject', { Subject: 'x'.repeat(101) }, 'InvalidParameter', 'Invalid parameter: Subject'],
    ['a structure', { MessageStructure: 'json' }, 'InvalidParameter', 'does not model MessageStructure'],
  ])('refuses %s', async (_title, input, code, message) => {
    const { publish } = anSns();
    await expect(publish(input)).rejects.toMatchObject({ code });
    await expect(publish(input)).rejects.toThrow(message);
  });

  test('lets the services of its account publish until it has a policy of its own', async () => {
    const { deploy, sns, policies } = anSns();
    const other = deploy('AWS::SNS::Topic', { TopicName: 'news' });
    deploy('AWS::SNS::TopicPolicy', { Topics: [other.ref], PolicyDocument: { Statement: [] } });
    await sns.start?.();
    expect(policies).toEqual([
      { arn: other.ref, policy: { Statement: [] } },
      { arn: TOPIC, policy: expect.objectContaining({ Id: '__default_policy_ID' }) },
    ]);
  });

  test('takes messages with attributes over the wire', async () => {
    const { api, iam, context, subscribe, calls } = anSns();
    subscribe({ Protocol: 'sqs', Endpoint: QUEUE, RawMessageDelivery: 'true' });
    const endpoint = await startEndpoint({ api, iam, account: context.account, port: 0, log: context.log });
    const response = await fetch(endpoint.url, {
      method: 'POST',
      body: new URLSearchParams({
        Version: '2010-03-31',
        Action: 'Publish',
        TopicArn: TOPIC,
        Message: 'hello',
        'MessageAttributes.entry.1.Name': 'level',
        'MessageAttributes.entry.1.Value.DataType': 'String',
        'MessageAttributes.entry.1.Value.StringValue': 'high',
      }),
    });
    const answer = await response.text();
    await endpoint.stop();
    expect(answer).toContain('<PublishResult><MessageId>');
    expect(calls[0]?.input.MessageAttributes).toEqual({ level: { DataType: 'String', StringValue: 'high' } });
  });
});

describe('a delivery that fails', () => {
  const fault = () => new AwsError('ServiceException', 'out of order', 500);
  const denied = () => new AwsError('AccessDeniedException', 'not allowed', 403);

  test('is tried again as AWS does it', () => {
    expect(Array.from({ length: 12 }, (_, retry) => delayBefore(retry) / 1000)).toEqual([
      0, 0, 0, 1, 1, 2, 4, 8, 16, 20, 20, 20,
    ]);
  });

  test('is tried again until it succeeds', async () => {
    const { clock, subscribe, publish, calls, failures, warnings } = anSns();
    subscribe({ Protocol: 'lambda', Endpoint: FUNCTION });
    let left = 2;
    failures.set('lambda', () => (left-- > 0 ? fault() : undefined));
    await publish();
    for (let retry = 0; retry < 3; retry += 1) {
      clock.advance(0);
      await delivered();
    }
    expect(calls).toHaveLength(3);
    expect(warnings).toEqual([]);
  });

  test('for good goes to the dead-letter queue of the subscription', async () => {
    const { subscribe, publish, calls, failures } = anSns();
    const RedrivePolicy = { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead' };
    subscribe({ Protocol: 'lambda', Endpoint: FUNCTION, RedrivePolicy });
    failures.set('lambda', denied);
    await publish();
    expect(calls.map(({ to, input }) => [to, input.QueueUrl])).toEqual([
      ['lambda:Invoke', undefined],
      ['sqs:SendMessage', 'dead'],
    ]);
  });

  test('without a dead-letter queue is dropped with a warning', async () => {
    const { subscribe, publish, failures, warnings } = anSns();
    subscribe({ Protocol: 'lambda', Endpoint: FUNCTION });
    failures.set('lambda', denied);
    await publish();
    expect(warnings).toEqual([`notification dropped, no dead-letter queue: ${TOPIC} -> ${FUNCTION}: not allowed`]);
  });

  test('ends with the cloud', async () => {
    const { sns, clock, subscribe, publish, calls, failures } = anSns();
    subscribe({ Protocol: 'lambda', Endpoint: FUNCTION });
    failures.set('lambda', fault);
    await publish();
    await sns.stop?.();
    // The first retries follow at once: some may have been.
    const before = calls.length;
    clock.advance(60_000);
    await delivered();
    expect(calls).toHaveLength(before);
  });
});
