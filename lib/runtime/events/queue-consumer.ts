import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod/mini';
import { log } from '../log.ts';

/**
 * Makes the Lambda handler of a queue. A message that fails is reported alone, delivered again, and in the end put
 * into the dead-letter queue; the rest of its batch is done. Messages arrive at least once and in any order.
 */
export function queueConsumer<Schema extends z.ZodMiniType>(
  message: Schema,
  consume: (message: z.infer<Schema>) => Promise<unknown>,
) {
  const processor = new BatchProcessor(EventType.SQS);
  const consumeRecord = async (record: SQSRecord) => {
    try {
      await consume(message.parse(JSON.parse(record.body)));
    } catch (error) {
      log.error('message not handled', { message_id: record.messageId, error: error as Error });
      throw error;
    }
  };
  return (batch: SQSEvent, context: Context) =>
    processPartialResponse(batch, consumeRecord, processor, { context, throwOnFullBatchFailure: false });
}
