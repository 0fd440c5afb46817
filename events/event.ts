import * as z from 'zod/mini';

/** Who and what caused a fact: carried by every request, event, saga step and message. */
export const Cause = z.strictObject({
  /** One per request of a client, the same in everything that follows from it. */
  correlation_id: z.string(),
  /** The request or event that led directly to this. */
  causation_id: z.string(),
  /** W3C trace context: `00-<trace id>-<span id>-<flags>`. */
  traceparent: z.string(),
});
export type Cause = z.infer<typeof Cause>;

export const EventMetadata = z.object({
  /** `<aggregate_id>#<aggregate_version>`: the same however often the event is delivered. */
  event_id: z.string(),
  event_type: z.string(),
  /** Version of the schema of `data`. */
  version: z.int(),
  occurred_at: z.iso.datetime(),
  producer: z.string(),
  correlation_id: z.string(),
  causation_id: z.string(),
  traceparent: z.string(),
  aggregate_id: z.string(),
  /** Counts the aggregate's events from 1: consumers order by it. */
  aggregate_version: z.int(),
});
export type EventMetadata = z.infer<typeof EventMetadata>;

/** What travels on the bus as `detail`. */
export interface EventEnvelope<Data> {
  metadata: EventMetadata;
  data: Data;
}

/** A fact about to be recorded in the row of the aggregate that it happened to. */
export interface Fact<Data = unknown> {
  event_type: string;
  version: number;
  data: Data;
}

/** The contract of one event: defined once by the service that publishes it, imported by those that listen. */
export interface EventContract<Schema extends z.ZodMiniType = z.ZodMiniType> {
  /** EventBridge `source`, `<service>-service`. */
  source: string;
  /** EventBridge `detail-type`, such as `order.created`. */
  type: string;
  version: number;
  data: Schema;
  /** Makes the fact; throws when the data break the contract, so that nothing wrong is ever recorded. */
  of(data: z.infer<Schema>): Fact<z.infer<Schema>>;
}

export type EventData<Contract extends EventContract> = z.infer<Contract['data']>;

/** Defines the contract of an event. A breaking change is a new version, published beside the old one. */
export function defineEvent<Schema extends z.ZodMiniType>(contract: {
  source: string;
  type: string;
  version: number;
  data: Schema;
}): EventContract<Schema> {
  const { type, version, data: schema } = contract;
  return { ...contract, of: (data) => ({ event_type: type, version, data: schema.parse(data) }) };
}
