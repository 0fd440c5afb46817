import { randomUUID } from 'node:crypto';
import { AwsError, UnsupportedError } from '../core/aws-error.ts';
import type { CallContext, CloudContext } from '../core/service.ts';
import { InvalidJsonError } from './delivery-failure.ts';

/** What a target is given, and what it needs to know besides. */
export interface Shipment {
  targetArn: string;
  /** The body; JSON, unless a template makes it several lines of text. */
  payload: string;
  context: CallContext;
  /** Names the execution of a state machine and the log stream. */
  eventId: string;
  origin: string;
  timestamp: number;
  messageGroupId?: string;
}

type Send = (cloud: CloudContext, shipment: Shipment) => Promise<unknown>;

const SENDERS: Record<string, Send> = {
  async sqs({ api }, { targetArn, payload, messageGroupId, context }) {
    const QueueUrl = targetArn.split(':').pop();
    await api.call('sqs', 'SendMessage', { QueueUrl, MessageBody: payload, MessageGroupId: messageGroupId }, context);
  },

  async lambda({ api }, { targetArn, payload, context }) {
    checkJson(payload);
    const input = { FunctionName: targetArn, InvocationType: 'Event', Payload: Buffer.from(payload) };
    await api.call('lambda', 'Invoke', input, context);
  },

  async states({ api }, { targetArn, payload, eventId, context }) {
    checkJson(payload);
    const name = `${eventId}_${randomUUID()}`;
    const input = { stateMachineArn: targetArn, name, input: payload, traceHeader: context.trace };
    await api.call('states', 'StartExecution', input, context);
  },

  async sns({ api }, { targetArn, payload, context }) {
    await api.call('sns', 'Publish', { TopicArn: targetArn, Message: payload }, context);
  },

  async logs({ api }, { targetArn, payload, origin, timestamp, context }) {
    const logGroupName = targetArn.split(':log-group:')[1]?.replace(/:\*$/, '');
    // Stream names know neither colons nor asterisks.
    const logStreamName = origin.replaceAll(/[:*]/g, '-');
    await ignoring('ResourceAlreadyExistsException', () =>
      api.call('logs', 'CreateLogStream', { logGroupName, logStreamName }, context),
    );
    const logEvents = [{ timestamp, message: payload }];
    await api.call('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents }, context);
  },
};

/** Delivers to a queue, function, state machine, topic or log group. */
export function sendToTarget(cloud: CloudContext, shipment: Shipment): Promise<unknown> {
  return senderOf(shipment.targetArn)(cloud, shipment);
}

/** Refuses targets that nothing here delivers to; event buses are delivered to by EventBridge itself. */
export function checkTargetArn(arn: string, owner: string): void {
  if (!isEventBus(arn)) senderOf(arn, owner);
}

export function isEventBus(arn: string): boolean {
  return /^arn:[^:]+:events:[^:]*:\d*:event-bus\//.test(arn);
}

function senderOf(arn: string, owner = 'a target'): Send {
  const service = arn.split(':')[2] ?? '';
  const send = Object.hasOwn(SENDERS, service) ? SENDERS[service] : undefined;
  if (send) return send;
  throw new UnsupportedError(
    `${owner}: the embedded cloud cannot deliver to ${arn} (only SQS, Lambda, Step Functions, SNS, CloudWatch Logs and event buses).`,
  );
}

function checkJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (cause) {
    throw Object.assign(new InvalidJsonError('The input of the target is not valid JSON.'), { cause });
  }
}

async function ignoring(code: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== code) throw error;
  }
}
