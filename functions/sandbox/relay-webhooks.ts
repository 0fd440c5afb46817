import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { streamImage } from '#lib/runtime/aws/stream-image.ts';
import type { Entry } from './ledger.ts';
import { newsOf } from './webhook.ts';
import { enqueue } from './webhook-queue.ts';

/**
 * Runs for the changes of the ledger, in their order, and sends what is new about charges to the queue of webhooks:
 * at least once. A record that cannot be handed over comes again, with all that follow it.
 */
export async function handler(batch: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const results = await Promise.allSettled(batch.Records.map(relay));
  const first = results.findIndex(({ status }) => status === 'rejected');
  const itemIdentifier = batch.Records[first]?.dynamodb?.SequenceNumber;
  return { batchItemFailures: itemIdentifier ? [{ itemIdentifier }] : [] };
}

async function relay({ dynamodb }: DynamoDBRecord): Promise<void> {
  const after = streamImage<Entry>(dynamodb?.NewImage);
  if (after) await Promise.all(newsOf(streamImage<Entry>(dynamodb?.OldImage), after).map(enqueue));
}
