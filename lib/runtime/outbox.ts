import type { Cause, EventEnvelope, Fact } from '#events/event.ts';

/** A fact as it stands in the row of its aggregate. */
export interface RecordedEvent extends Fact, Cause {
  occurred_at: string;
}

/** The part of a row that makes it an aggregate with an outbox. */
export interface OutboxRow {
  pk: string;
  /** How many events the aggregate has had. */
  version: number;
  /** All of its events, or, where history is not kept, at least those of the last write. */
  events: RecordedEvent[];
}

/** Facts as they are written into the row, in the same write as the state that they explain. */
export function recorded(facts: Fact[], cause: Cause, now: Date): RecordedEvent[] {
  return facts.map((fact) => ({ ...fact, ...cause, occurred_at: now.toISOString() }));
}

/**
 * The events that a write added, ready for the bus. Ids count the aggregate's events, so that a record read twice
 * from the stream publishes the same ids again and consumers can tell.
 * @param producer EventBridge source, such as `order-service`
 */
export function eventsAdded(
  before: Partial<OutboxRow> | undefined,
  after: OutboxRow,
  producer: string,
): EventEnvelope<unknown>[] {
  const added = after.version - (before?.version ?? 0);
  const firstOfRow = after.version - after.events.length + 1;
  return after.events.slice(Math.max(0, after.events.length - added)).map((event) => {
    const aggregateVersion = firstOfRow + after.events.indexOf(event);
    const { data, ...metadata } = event;
    return {
      metadata: {
        event_id: `${after.pk}#${aggregateVersion}`,
        producer,
        aggregate_id: after.pk,
        aggregate_version: aggregateVersion,
        ...metadata,
      },
      data,
    };
  });
}
