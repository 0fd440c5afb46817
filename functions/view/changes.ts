import type { EventContract, EventEnvelope } from '#events/event.ts';
import { ProductCreated, ProductUpdated } from '#events/product-events.ts';
import { UserDeleted } from '#events/user-events.ts';
import { on, type Reaction } from '#lib/runtime/events/subscriber.ts';
import { generationsOfNow, generationsOfReplay } from './generation.ts';
import { readGenerations } from './generation-table.ts';
import { keepName } from './product-name-table.ts';
import { MESSAGE_READINGS, ORDER_READINGS, PAYMENT_READINGS, type Reading } from './view.ts';
import { eraseOrders, keepNews } from './view-table.ts';

/** What an event changes in one generation of the view. Stands being made twice, and in any order. */
export interface Change {
  contract: EventContract;
  // biome-ignore lint/suspicious/noExplicitAny: each contract comes with what reads its own data
  make(generation: string, event: EventEnvelope<any>): Promise<void>;
}

export const ORDER_CHANGES = ORDER_READINGS.map(changeOfOrder);
export const PAYMENT_CHANGES = PAYMENT_READINGS.map(changeOfOrder);
export const MESSAGE_CHANGES = MESSAGE_READINGS.map(changeOfOrder);
export const PRODUCT_CHANGES = [ProductCreated, ProductUpdated].map(changeOfName);
export const USER_CHANGES: Change[] = [
  { contract: UserDeleted, make: (generation, { data }) => eraseOrders(generation, data.user_id) },
];

function changeOfOrder({ contract, read }: Reading): Change {
  return {
    contract,
    async make(generation, event) {
      const news = read(event);
      if (news) await keepNews(generation, news);
    },
  };
}

function changeOfName(contract: typeof ProductCreated): Change {
  return {
    contract,
    make: (generation, { data: { product_id, name }, metadata }) =>
      keepName(generation, { product_id, name, version: metadata.aggregate_version }),
  };
}

/** For events that happen now. */
export function asTheyHappen(changes: Change[]): Reaction[] {
  return changes.map(({ contract, make }) =>
    on(contract, async (event) => {
      for (const generation of generationsOfNow(await readGenerations())) await make(generation, event);
    }),
  );
}

/** For events that a replay brings back: they are kept in the generation that is being built from it. */
export function asTheyAreReplayed(changes: Change[]): Reaction[] {
  return changes.map(({ contract, make }) =>
    on(contract, async (event) => {
      const generations = generationsOfReplay(await readGenerations(), event.replayName);
      for (const generation of generations) await make(generation, event);
    }),
  );
}
