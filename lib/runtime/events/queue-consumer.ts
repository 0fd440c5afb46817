import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod/mini';
import { inOneLine, type Origin } from '../canonical-line.ts';
import { requiredEnv } from '../config.ts';
import { countHandledFailure } from '../failure-metric.ts';
import { countMetric } from '../metrics.ts';
import { annotate, inTrace } from '../tracing/traced.ts';
import { traceparentOf } from './message-trace.ts';

/** What is done with the messages of a queue. */
export interface Consumption<Message> {
  /** What led to the message, for the log. */
  originOf(message: Message): Origin;
  consume(message: Message): Promise<unknown>;
  /** What the line of a message says that was handled. */
  handled?: string;
}

/**
 * Makes the Lambda handler of a queue. A message that fails is reported alone, delivered again, and in the end put
 * into the dead-letter queue; the rest of its batch is done. Messages arrive at least once and in any order. Each has
 * its own line in the log: it has its own correlation id, and fails for itself.
 */
export function queueConsumer<Schema extends z.ZodMiniType>(
  schema: Schema,
  { originOf, consume, handled = 'message handled' }: Consumption<z.infer<Schema>>,
) {
  const processor = new BatchProcessor(EventType.SQS);
  const consumeRecord = (record: SQSRecord) => {
    const message_id = record.messageId;
    const received = read(schema, record.body);
    // What nobody can read has no other id than the queue's.
    const origin = 'message' in received ? originOf(received.message) : { correlation_id: message_id };
    annotate({ correlation_id: origin.correlation_id });
    const handle = async () => {
      try {
        if ('error' in received) throw received.error;
        await consume(received.message);
      } catch (error) {
        if (isLastAttempt(record)) countMetric('DeadLetters');
        countHandledFailure();
        throw error;
      }
    };
    return inOneLine(origin, handle, {
      done: () => ({ message: handled, outcome: 'ok' }),
      failed: (error) => ({ message: 'message not handled', outcome: error.name, fields: { message_id, error } }),
    });
  };
  const tracedRecord = (record: SQSRecord) =>
    inTrace({ traceparent: traceparentOf(record) }, () => consumeRecord(record));
  return (batch: SQSEvent, context: Context) =>
    processPartialResponse(batch, tracedRecord, processor, { context, throwOnFullBatchFailure: false });
}

function read<Schema extends z.ZodMiniType>(
  schema: Schema,
  body: string,
): { message: z.infer<Schema> } | { error: unknown } {
  try {
    return { message: schema.parse(JSON.parse(body)) };
  } catch (error) {
    return { error };
  }
}

/** Whether the queue gives the message up when it fails this time. */
function isLastAttempt({ attributes }: SQSRecord): boolean {
  return attributes.ApproximateReceiveCount === requiredEnv('MAX_RECEIVES');
}
