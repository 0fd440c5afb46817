import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Cloud } from '#lib/local-cloud/cloud.ts';
import type { ApiCall } from '#lib/local-cloud/core/api.ts';
import { eventsAdded, type OutboxRow } from '#lib/runtime/outbox.ts';
import type { KnownEvent } from './rows.ts';
import type { Json } from './shop.ts';

const SETTLED = ['confirmed', 'cancelled', 'needs_attention'];

/** Writes down what happens: changes of rows, what the bus takes, what subscribers handle, what is being done. */
export class Witness {
  readonly events = new Map<string, KnownEvent>();
  readonly published = new Set<string>();
  /** By `<log group of the function> <event id>`. */
  readonly handled = new Map<string, number>();
  readonly belowNothing = new Set<string>();
  readonly #settled = new Map<string, PromiseWithResolvers<void>>();
  #busy = 0;
  #busyUntil = performance.now();

  /** To be made before any fault is added: so it sees what callers were told, and not what they should have been. */
  constructor(cloud: Cloud) {
    cloud.api.use(async (call, next) => {
      const answer = await next();
      if (call.service === 'dynamodbstreams' && call.action === 'GetRecords') this.#changes(answer);
      if (call.service === 'events' && call.action === 'PutEvents') this.#put(call, answer);
      return answer;
    });
    cloud.services.lambda.use(async (_, next) => {
      this.#busy += 1;
      try {
        return await next();
      } finally {
        this.#busy -= 1;
        this.#busyUntil = performance.now();
      }
    });
    cloud.services.logs.onWrite(({ group, events }) => {
      for (const { message } of events) if (message.includes('"event handled"')) this.#handledIn(group, message);
    });
  }

  /** For how long no function has run, ms. */
  get idleMs(): number {
    return this.#busy > 0 ? 0 : performance.now() - this.#busyUntil;
  }

  /** Resolves when the saga of the order is over. */
  settled(orderId: string): Promise<void> {
    return this.#settlement(orderId).promise;
  }

  #settlement(orderId: string): PromiseWithResolvers<void> {
    const known = this.#settled.get(orderId) ?? Promise.withResolvers<void>();
    this.#settled.set(orderId, known);
    return known;
  }

  #changes({ Records = [] }: Json): void {
    for (const { dynamodb } of Records) {
      if (!dynamodb.NewImage) continue;
      const row = unmarshall(dynamodb.NewImage);
      if (row.pk?.startsWith('STOCK#')) this.#stock(row);
      if (row.pk?.startsWith('ORDER#') && SETTLED.includes(row.status)) this.#settlement(row.order_id).resolve();
      // The provider's ledger has events of its own, which are none of the bus.
      if (!row.version || !row.events?.[0]?.event_type) continue;
      const before = dynamodb.OldImage && unmarshall(dynamodb.OldImage);
      for (const { metadata, data } of eventsAdded(before, row as OutboxRow, '')) {
        const { event_id, event_type: type } = metadata;
        this.events.set(event_id, { event_id, type, user_id: (data as Json).user_id });
      }
    }
  }

  #stock({ pk, available, reserved }: Json): void {
    if (available < 0 || reserved < 0) this.belowNothing.add(`${pk}: ${available} on sale, ${reserved} reserved`);
  }

  #put({ input }: ApiCall, { Entries = [] }: Json): void {
    for (const [index, { Detail }] of (input as Json).Entries.entries()) {
      if (Entries[index]?.EventId) this.published.add(JSON.parse(Detail).metadata.event_id);
    }
  }

  #handledIn(group: string, message: string): void {
    const { event_id } = JSON.parse(message);
    const key = `${group} ${event_id}`;
    this.handled.set(key, (this.handled.get(key) ?? 0) + 1);
  }
}
