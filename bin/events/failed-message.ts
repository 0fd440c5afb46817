import type { Message } from '@aws-sdk/client-sqs';
import type { DeadLetterQueue, Edge } from './edges.ts';
import type { RecordRange } from './streams-client.ts';

/** What became of a message, and what it was about. Holds no personal data but for `body`. */
export interface FailedMessage {
  /** Such as `notification/on-order-changed`. */
  queue: string;
  message_id: string;
  /** Who gave it up: its `consumer`, the `rule` that should have brought it there, or the reader of the `stream`. */
  given_up_by: Edge['kind'] | 'unknown';
  reason: string;
  /** How often it was received, looks of operators included, or tried. */
  attempts?: number;
  event?: CarriedEvent;
  correlation_id?: string;
  /** Changes of rows that were given up together. */
  changes?: number;
  /** Since it was sent. */
  age_seconds: number;
  body?: string;
}

export interface CarriedEvent {
  event_id: string;
  event_type: string;
  aggregate_id: string;
  occurred_at: string;
}

/** The document that Lambda leaves of records of a stream. */
export interface StreamFailure extends RecordRange {
  condition: string;
  attempts: number;
  batchSize: number;
  /** ISO 8601. */
  firstAt: string;
  lastAt: string;
}

// biome-ignore lint/suspicious/noExplicitAny: what nobody could handle may be of any shape
type Anything = any;

export function toFailedMessage({ name }: DeadLetterQueue, message: Message, nowMs: number): FailedMessage {
  const content = parsed(message);
  const sentAt = Number(message.Attributes?.SentTimestamp ?? nowMs);
  return {
    queue: name,
    message_id: message.MessageId ?? '',
    ...fate(message),
    event: carriedEvent(content),
    correlation_id: textOf(content?.detail?.metadata?.correlation_id ?? content?.cause?.correlation_id),
    changes: streamFailure(message)?.batchSize,
    age_seconds: Math.max(0, Math.round((nowMs - sentAt) / 1000)),
    body: message.Body,
  };
}

/**
 * What EventBridge writes beside a message stays with it when it is put back; a queue says itself what its consumer has
 * given up. So the queue is believed first.
 */
function fate(message: Message): Pick<FailedMessage, 'given_up_by' | 'reason' | 'attempts'> {
  const { Attributes = {} } = message;
  const received = Number(Attributes.ApproximateReceiveCount ?? 0);
  const failure = streamFailure(message);
  if (failure) return { given_up_by: 'stream', reason: failure.condition, attempts: failure.attempts };
  if (Attributes.DeadLetterQueueSourceArn)
    return { given_up_by: 'queue', reason: 'its consumer failed each time', attempts: received };
  const [code, said] = [attribute(message, 'ERROR_CODE'), attribute(message, 'ERROR_MESSAGE')];
  if (!code) return { given_up_by: 'unknown', reason: 'sent here directly' };
  const exhausted = attribute(message, 'EXHAUSTED_RETRY_CONDITION');
  const reason = [`${code}: ${said}`, ...(exhausted ? [exhausted] : [])].join(', after ');
  return { given_up_by: 'rule', reason, attempts: Number(attribute(message, 'RETRY_ATTEMPTS') ?? 0) + 1 };
}

/** @param name of a message attribute, such as those that EventBridge gives to what it could not deliver */
export function attribute({ MessageAttributes = {} }: Message, name: string): string | undefined {
  return MessageAttributes[name]?.StringValue;
}

export function streamFailure(message: Message): StreamFailure | undefined {
  const { DDBStreamBatchInfo: batch, requestContext } = parsed(message) ?? {};
  if (!batch) return undefined;
  return {
    streamArn: batch.streamArn,
    shardId: batch.shardId,
    startSequenceNumber: batch.startSequenceNumber,
    endSequenceNumber: batch.endSequenceNumber,
    batchSize: batch.batchSize,
    firstAt: batch.approximateArrivalOfFirstRecord,
    lastAt: batch.approximateArrivalOfLastRecord,
    condition: requestContext?.condition ?? 'unknown',
    attempts: requestContext?.approximateInvokeCount ?? 0,
  };
}

function carriedEvent(content: Anything): CarriedEvent | undefined {
  const { event_id, event_type, aggregate_id, occurred_at } = content?.detail?.metadata ?? {};
  return textOf(event_id) ? { event_id, event_type, aggregate_id, occurred_at } : undefined;
}

function parsed({ Body = '' }: Message): Anything {
  try {
    return JSON.parse(Body);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}
