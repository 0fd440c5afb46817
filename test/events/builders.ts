import type { Message } from '@aws-sdk/client-sqs';
import type { Consumer, DeadLetterQueue, Edge } from '#bin/events/edges.ts';

export const NOW_MS = Date.parse('2026-11-22T12:00:00Z');

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

export const MAIN_QUEUE_ARN = arnOf('messages');

const CONSUMER: Consumer = { name: 'order/on-paid', functionArn: 'arn:aws:lambda:fn', logGroup: 'logs' };
const MAIN_QUEUE = { url: 'https://sqs/messages', arn: MAIN_QUEUE_ARN };

export const QUEUE_EDGE: Edge = { kind: 'queue', consumer: CONSUMER, queue: MAIN_QUEUE };
export const RULE_EDGE: Edge = { kind: 'rule', consumer: CONSUMER, queue: MAIN_QUEUE, ruleArn: 'arn:rule' };
export const STREAM_EDGE: Edge = { kind: 'stream', consumer: CONSUMER, streamArn: 'arn:stream', patterns: [] };

export function deadLettersOf(...edges: Edge[]): DeadLetterQueue {
  return { url: 'https://sqs/dead', arn: arnOf('dead'), name: 'order/on-paid', service: 'order', edges };
}

/** An event as a subscriber's queue has it. */
export function anEvent() {
  const metadata = {
    event_id: 'PAYMENT#1#2',
    event_type: 'payment.completed',
    aggregate_id: 'PAYMENT#1',
    occurred_at: '2026-11-22T11:00:00.000Z',
    correlation_id: 'c-1',
    producer: 'payment-service',
  };
  const data = { address: 'jane@example.com' };
  return { source: 'payment-service', 'detail-type': 'payment.completed', detail: { metadata, data } };
}

/** A dead letter, sent a minute ago. */
export function aMessage(body: unknown, { attributes = {}, system = {} }: Record<string, Record<string, string>> = {}) {
  const entries = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  const message: Message = {
    MessageId: 'm-1',
    Body: typeof body === 'string' ? body : JSON.stringify(body),
    Attributes: { SentTimestamp: String(NOW_MS - 60_000), ApproximateReceiveCount: '6', ...system },
    MessageAttributes: Object.fromEntries(entries),
  };
  return message;
}

/** What Lambda leaves of changes that it gave up. */
export function aStreamFailure() {
  return {
    requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 312 },
    DDBStreamBatchInfo: {
      shardId: 'shard-1',
      startSequenceNumber: '100',
      endSequenceNumber: '200',
      approximateArrivalOfFirstRecord: '2026-11-22T11:00:00Z',
      approximateArrivalOfLastRecord: '2026-11-22T11:01:00Z',
      batchSize: 3,
      streamArn: 'arn:stream',
    },
  };
}
