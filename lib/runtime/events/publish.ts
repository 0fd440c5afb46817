import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventEnvelope } from '#events/event.ts';
import { requiredEnv } from '../config.ts';
import { toTraceHeader } from '../trace.ts';
import { idsIn } from '../tracing/document.ts';
import type { Span } from '../tracing/span.ts';
import { beginIn, endAndEmit } from '../tracing/traced.ts';

/** PutEvents takes at most this many entries a call. */
export const LARGEST_BATCH = 10;

const bus = new EventBridgeClient({ maxAttempts: 4 });

/**
 * Publishes up to {@link LARGEST_BATCH} events. PutEvents can partly fail: resolves to the events that the bus did
 * not take, to be tried again. Each is published in the trace of what brought it about, as a part of it.
 */
export async function publish(events: EventEnvelope<unknown>[]): Promise<EventEnvelope<unknown>[]> {
  const publications = events.map(publication);
  try {
    const { Entries = [], FailedEntryCount } = await bus.send(
      new PutEventsCommand({
        Entries: publications.map(({ metadata, data }) => ({
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
  } catch (error) {
    for (const { call } of publications) call.fail(error);
    throw error;
  } finally {
    await Promise.all(publications.map(end));
  }
}

interface Publication extends EventEnvelope<unknown> {
  whole: Span;
  /** What the event's consumers are a part of. */
  call: Span;
}

function publication({ metadata, data }: EventEnvelope<unknown>): Publication {
  const { correlation_id, event_type, traceparent } = metadata;
  const whole = beginIn({ traceparent, annotations: { correlation_id, event_type, ...idsIn(data) } });
  const call = whole.begin({ name: 'EventBridge', namespace: 'aws', aws: { operation: 'PutEvents' } });
  return { metadata: { ...metadata, traceparent: call.traceparent }, data, whole, call };
}

function end({ whole, call }: Publication): Promise<void> {
  call.end();
  return endAndEmit(whole);
}
