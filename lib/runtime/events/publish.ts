import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventEnvelope } from '#events/event.ts';
import { requiredEnv } from '../config.ts';
import { toTraceHeader } from '../trace.ts';

/** PutEvents takes at most this many entries a call. */
export const LARGEST_BATCH = 10;

const bus = new EventBridgeClient({ maxAttempts: 4 });

/**
 * Publishes up to {@link LARGEST_BATCH} events. PutEvents can partly fail: resolves to the events that the bus did
 * not take, to be tried again.
 */
export async function publish(events: EventEnvelope<unknown>[]): Promise<EventEnvelope<unknown>[]> {
  const { Entries = [], FailedEntryCount } = await bus.send(
    new PutEventsCommand({
      Entries: events.map(({ metadata, data }) => ({
        EventBusName: requiredEnv('BUS_NAME'),
        Source: metadata.producer,
        DetailType: metadata.event_type,
        Time: new Date(metadata.occurred_at),
        Detail: JSON.stringify({ metadata, data }),
        TraceHeader: toTraceHeader(metadata.traceparent),
      })),
    }),
  );
  return FailedEntryCount ? events.filter((_, index) => Entries[index]?.ErrorCode) : [];
}
