import { afterEach, describe, expect, test } from '@jest/globals';
import { Account } from '#lib/local-cloud/core/account.ts';
import { createApi } from '#lib/local-cloud/core/api.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { type Caller, OPERATOR } from '#lib/local-cloud/core/service.ts';
import { createEvents } from '#lib/local-cloud/events/events.ts';
import { createSqs } from '#lib/local-cloud/sqs/sqs.ts';
import { arnOf } from '#test/local-cloud/events/events-for-tests.ts';

const clock = new Clock();
afterEach(() => clock.stop());

/** EventBridge and SQS together; EventBridge itself may write to the dead-letter queue only. */
async function aCloud() {
  const iam = {
    authorize(caller: Caller, action: string, arn: string) {
      if (caller.kind !== 'service' || arn.endsWith(':dead')) return;
      throw new AwsError('AccessDeniedException', `${caller.principal} may not ${action}`, 403);
    },
    attachResourcePolicy() {},
    credentialsFor: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
  };
  const api = createApi(iam);
  const context = { account: new Account(), clock, api, iam, log: SILENT };
  api.register(createSqs(context));
  api.register(createEvents(context));
  const call = <O = object>(service: string, action: string, input: object) =>
    api.call<O>(service, action, input, { caller: OPERATOR });
  await call('sqs', 'CreateQueue', { QueueName: 'orders' });
  await call('sqs', 'CreateQueue', { QueueName: 'dead' });
  await call('events', 'PutRule', { Name: 'all', EventPattern: '{"source":["order-service"]}' });
  const receive = (QueueUrl: string) =>
    call<{ Messages: { Body: string; Attributes: object; MessageAttributes: Record<string, object> }[] }>(
      'sqs',
      'ReceiveMessage',
      { QueueUrl, WaitTimeSeconds: 20, MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] },
    );
  const target = (more: object) =>
    call('events', 'PutTargets', { Rule: 'all', Targets: [{ Id: 'q', Arn: arnOf('sqs', 'orders'), ...more }] });
  const put = () => {
    const entry = { Source: 'order-service', DetailType: 'OrderPlaced', Detail: '{"n":1}', TraceHeader: 'Root=1-a-b' };
    return call('events', 'PutEvents', { Entries: [entry] });
  };
  return { receive, target, put };
}

describe('EventBridge before SQS', () => {
  test('brings an event into a queue with its trace', async () => {
    const { receive, target, put } = await aCloud();
    await target({ RoleArn: 'arn:aws:iam::000000000000:role/sender' });
    const waiting = receive('orders');
    await put();
    const [message] = (await waiting).Messages;
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ source: 'order-service', detail: { n: 1 } });
    expect(message?.Attributes).toMatchObject({ AWSTraceHeader: 'Root=1-a-b' });
  });

  test('brings an event that a queue does not take into the dead-letter queue', async () => {
    const { receive, target, put } = await aCloud();
    await target({ DeadLetterConfig: { Arn: arnOf('sqs', 'dead') } });
    const waiting = receive('dead');
    await put();
    const [message] = (await waiting).Messages;
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ source: 'order-service', detail: { n: 1 } });
    expect(message?.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: arnOf('events', 'rule/all') },
      TARGET_ARN: { StringValue: arnOf('sqs', 'orders') },
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      ERROR_MESSAGE: { StringValue: 'events.amazonaws.com may not sqs:SendMessage' },
    });
  });
});
