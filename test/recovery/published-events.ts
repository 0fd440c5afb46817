import { randomUUID } from 'node:crypto';
import type { EventMetadata } from '#events/event.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import type { RecoveryShop } from './recovery-shop.ts';

/** An event as the bus has taken it. */
export interface PublishedEvent {
  metadata: EventMetadata;
  data: Json;
}

/** What the bus takes, from the moment that this is made. */
export class PublishedEvents {
  readonly all: PublishedEvent[] = [];
  readonly #shop: RecoveryShop;

  constructor(shop: RecoveryShop) {
    this.#shop = shop;
    shop.cloud.api.use(async ({ service, action, input }, next) => {
      const answer = await next();
      if (service === 'events' && action === 'PutEvents') this.#record(input, answer);
      return answer;
    });
  }

  #record({ Entries }: Json, answer: Json): void {
    const taken = Entries.filter((_: Json, index: number) => answer.Entries[index].EventId);
    this.all.push(...taken.map(({ Detail }: Json) => JSON.parse(Detail)));
  }

  ofAggregate(aggregateId: string): PublishedEvent[] {
    return this.all.filter(({ metadata }) => metadata.aggregate_id === aggregateId);
  }

  /** Waits for an event of this type. */
  find(type: string, aggregateId: string): Promise<PublishedEvent> {
    const isWanted = ({ metadata }: PublishedEvent) => metadata.event_type === type;
    return eventually(async () => this.ofAggregate(aggregateId).find(isWanted));
  }

  /** Puts an event on the bus, as the relay does. */
  async publish({ metadata, data }: PublishedEvent): Promise<void> {
    const EventBusName = this.#shop.id('platform', 'Bus');
    const Entry = { EventBusName, Source: metadata.producer, DetailType: metadata.event_type };
    await this.#shop.call('events', 'PutEvents', {
      Entries: [{ ...Entry, Detail: JSON.stringify({ metadata, data }) }],
    });
  }
}

/** The message that a subscriber's queue gets of an event. */
export function messageOf(detail: PublishedEvent): string {
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': detail.metadata.event_type,
    source: detail.metadata.producer,
    detail,
  });
}
