import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod/mini';
import { countHandledFailure } from '../failure-metric.ts';
import { log } from '../log.ts';

/** What is done with the messages of a queue. */
export interface Consumption<Message> {
  /** For the log, should it fail. */
  correlationIdOf(message: Message): string;
  consume(message: Message): Promise<unknown>;
}

/**
 * Makes the Lambda handler of a queue. A message that fails is reported alone, delivered again, and in the end put
 * into the dead-letter queue; the rest of its batch is done. Messages arrive at least once and in any order.
 */
export function queueConsumer<Schema extends z.ZodMiniType>(
  message: Schema,
  { correlationIdOf, consume }: Consumption<z.infer<Schema>>,
) {
  const processor = new BatchProcessor(EventType.SQS);
  const consumeRecord = async (record: SQSRecord) => {
    let correlation_id: string | undefined;
    try {
      const received = message.parse(JSON.parse(record.body));
      correlation_id = correlationIdOf(received);
      await consume(received);
    } catch (error) {
      log.error('message not handled', { message_id: record.messageId, correlation_id, error: error as Error });
      countHandledFailure();
      throw error;
    }
  };
  return (batch: SQSEvent, context: Context) =>
    processPartialResponse(batch, consumeRecord, processor, { context, throwOnFullBatchFailure: false });
}
