import { UnsupportedError } from '../core/aws-error.ts';
import type { AwsApi, CallContext } from '../core/service.ts';

/** Where a queue of this ARN is reached. SQS reads only the account and the name in it. */
export function queueUrl(queueArn: string): string {
  const [, , , region, account, name] = queueArn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/** What goes to a destination, in each of the forms that the kinds of destinations take. */
export interface Delivery {
  /** JSON. */
  body: string;
  /** `Success` or `Failure`; the detail type of an EventBridge event says it. */
  outcome: 'Success' | 'Failure';
  functionArn: string;
  /** Of a dead letter. */
  messageAttributes?: Record<string, { DataType: 'String' | 'Number'; StringValue: string }>;
}

type Sender = (api: AwsApi, arn: string, delivery: Delivery, context: CallContext) => Promise<unknown>;

const SENDERS: Record<string, Sender> = {
  sqs: (api, arn, { body, messageAttributes }, context) =>
    api.call(
      'sqs',
      'SendMessage',
      {
        QueueUrl: queueUrl(arn),
        MessageBody: body,
        ...(messageAttributes && { MessageAttributes: messageAttributes }),
      },
      context,
    ),
  sns: (api, arn, { body, messageAttributes }, context) =>
    api.call(
      'sns',
      'Publish',
      { TopicArn: arn, Message: body, ...(messageAttributes && { MessageAttributes: messageAttributes }) },
      context,
    ),
  lambda: (api, arn, { body }, context) =>
    api.call('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload: body }, context),
  events: putEvent,
};

async function putEvent(api: AwsApi, arn: string, delivery: Delivery, context: CallContext): Promise<void> {
  const entry = {
    EventBusName: arn,
    Source: 'lambda',
    DetailType: `Lambda Function Invocation Result - ${delivery.outcome}`,
    Detail: delivery.body,
    Resources: [delivery.functionArn, arn],
  };
  const { FailedEntryCount, Entries } = await api.call<{
    FailedEntryCount?: number;
    Entries?: { ErrorMessage?: string }[];
  }>('events', 'PutEvents', { Entries: [entry] }, context);
  if (FailedEntryCount) throw new Error(Entries?.[0]?.ErrorMessage ?? 'PutEvents refused the event');
}

/** Sends to a queue, topic, function or event bus; rejects with what the service answers. */
export async function deliver(api: AwsApi, arn: string, delivery: Delivery, context: CallContext): Promise<void> {
  const send = SENDERS[serviceOf(arn)];
  if (!send) throw new UnsupportedError(`The embedded cloud cannot send to ${arn}.`);
  await send(api, arn, delivery, context);
}

/** Refuses at the start what could not be delivered later, such as S3 destinations. */
export function checkDestination(where: string, arn: string | undefined, services: string[]): void {
  if (arn === undefined || services.includes(serviceOf(arn))) return;
  throw new UnsupportedError(`${where} names ${arn}; the embedded cloud sends to ${services.join(', ')} there.`);
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}
