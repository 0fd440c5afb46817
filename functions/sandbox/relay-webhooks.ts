import type { DynamoDBRecord } from 'aws-lambda';
import { streamImage } from '#lib/runtime/aws/stream-image.ts';
import { noteOrigins, streamBatch } from '#lib/runtime/events/stream-batch.ts';
import type { Entry } from './ledger.ts';
import { newsOf, type Webhook } from './webhook.ts';
import { enqueue } from './webhook-queue.ts';

/**
 * Runs for the changes of the ledger, in their order, and sends what is new about charges to the queue of webhooks:
 * at least once. A record that cannot be handed over comes again, with all that follow it.
 */
export const handler = streamBatch(async (batch) => {
  const news = batch.Records.map(newsIn);
  noteOrigins(news.flat().map(({ body }) => body.charge.key));
  const results = await Promise.allSettled(news.map((some) => Promise.all(some.map(enqueue))));
  const first = results.findIndex(({ status }) => status === 'rejected');
  const itemIdentifier = batch.Records[first]?.dynamodb?.SequenceNumber;
  return { batchItemFailures: itemIdentifier ? [{ itemIdentifier }] : [] };
});

function newsIn({ dynamodb }: DynamoDBRecord): Webhook[] {
  const after = streamImage<Entry>(dynamodb?.NewImage);
  return after ? newsOf(streamImage<Entry>(dynamodb?.OldImage), after) : [];
}
