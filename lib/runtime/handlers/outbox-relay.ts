import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { EventEnvelope } from '#events/event.ts';
import { streamImage } from '../aws/stream-image.ts';
import { requiredEnv } from '../config.ts';
import { LARGEST_BATCH, publish } from '../events/publish.ts';
import { log } from '../log.ts';
import { eventsAdded, type OutboxRow } from '../outbox.ts';

interface Outgoing {
  /** Position of the row's change in the stream: where to go on from when it could not be published. */
  sequenceNumber: string;
  event: EventEnvelope<unknown>;
}

/**
 * Runs for the changes of a service's table, in their order, and publishes the events that they added. What the bus
 * does not take is reported back, so that the stream delivers it and all that follows again: at least once, never lost.
 */
export async function handler(batch: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const outgoing = batch.Records.flatMap(outgoingEvents);
  for (let start = 0; start < outgoing.length; start += LARGEST_BATCH) {
    const chunk = outgoing.slice(start, start + LARGEST_BATCH);
    const refused = new Set(await publish(chunk.map(({ event }) => event)));
    const first = chunk.find(({ event }) => refused.has(event));
    if (!first) continue;
    log.warn('bus refused events', { refused: refused.size, correlation_id: first.event.metadata.correlation_id });
    return { batchItemFailures: [{ itemIdentifier: first.sequenceNumber }] };
  }
  return { batchItemFailures: [] };
}

function outgoingEvents({ dynamodb }: DynamoDBRecord): Outgoing[] {
  const after = streamImage<OutboxRow>(dynamodb?.NewImage);
  if (!after?.version) return [];
  const added = eventsAdded(streamImage<OutboxRow>(dynamodb?.OldImage), after, requiredEnv('EVENT_SOURCE'));
  return added.map((event) => ({ sequenceNumber: dynamodb?.SequenceNumber ?? '', event }));
}
