import type { DynamoDBRecord } from 'aws-lambda';
import type { EventEnvelope } from '#events/event.ts';
import { streamImage } from '../aws/stream-image.ts';
import { requiredEnv } from '../config.ts';
import { LARGEST_BATCH, publish } from '../events/publish.ts';
import { noteOrigins, streamBatch } from '../events/stream-batch.ts';
import { measureMetric } from '../metrics.ts';
import { eventsAdded, type OutboxRow } from '../outbox.ts';
import { note } from '../work.ts';

interface Outgoing {
  /** Position of the row's change in the stream: where to go on from when it could not be published. */
  sequenceNumber: string;
  event: EventEnvelope<unknown>;
}

/**
 * Runs for the changes of a service's table, in their order, and publishes the events that they added. What the bus
 * does not take is reported back, so that the stream delivers it and all that follows again: at least once, never lost.
 */
export const handler = streamBatch(async (batch) => {
  const outgoing = batch.Records.flatMap(outgoingEvents);
  noteOrigins(outgoing.map(({ event }) => event.metadata.correlation_id));
  for (let start = 0; start < outgoing.length; start += LARGEST_BATCH) {
    const chunk = outgoing.slice(start, start + LARGEST_BATCH);
    const refused = new Set(await publish(chunk.map(({ event }) => event)));
    const first = chunk.find(({ event }) => refused.has(event));
    if (!first) continue;
    note({ refused: refused.size });
    return { batchItemFailures: [{ itemIdentifier: first.sequenceNumber }] };
  }
  noteLag(outgoing);
  return { batchItemFailures: [] };
});

/** How long the first of these events has waited: from its write until it was published. */
function noteLag([first, ...others]: Outgoing[]): void {
  if (!first) return;
  note({ events: 1 + others.length });
  measureMetric('RelayLag', Date.now() - Date.parse(first.event.metadata.occurred_at));
}

function outgoingEvents({ dynamodb }: DynamoDBRecord): Outgoing[] {
  const after = streamImage<OutboxRow>(dynamodb?.NewImage);
  if (!after?.version) return [];
  const added = eventsAdded(streamImage<OutboxRow>(dynamodb?.OldImage), after, requiredEnv('EVENT_SOURCE'));
  return added.map((event) => ({ sequenceNumber: dynamodb?.SequenceNumber ?? '', event }));
}
