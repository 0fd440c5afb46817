import { type Draw, drawsOf } from '#lib/local-cloud/faults/lottery.ts';

/** What a campaign does, one step after the other, several at a time. */
export type Step =
  | { kind: 'order'; customer: number; items: PlannedItem[]; card: Card; key: string; cancel: Cancel }
  /** Also the name changes: the view shows the new one with old orders. */
  | { kind: 'reprice'; product: number; cents: number; name: string }
  | { kind: 'erase'; customer: number };

export interface PlannedItem {
  product: number;
  quantity: number;
}

export type Card = 'card_ok' | 'card_declined' | 'card_timeout' | 'card_flaky' | 'card_late' | 'card_unavailable';

/** When its owner cancels an order: right after it was placed, or when its saga is over. */
export type Cancel = 'never' | 'at once' | 'later';

export interface Plan {
  seed: number;
  /** Pieces that there are of each product at the beginning. The first one is hot: split, and soon sold out. */
  stock: number[];
  customers: number;
  steps: Step[];
}

/** Of 100 orders so many are paid like this. */
const CARDS: [Card, number][] = [
  ['card_ok', 60],
  ['card_declined', 12],
  ['card_flaky', 12],
  ['card_timeout', 8],
  ['card_late', 4],
  ['card_unavailable', 4],
];
const CANCELS: [Cancel, number][] = [
  ['never', 80],
  ['at once', 12],
  ['later', 8],
];

export const HOT_PRODUCT = 0;
const HOT_SHARE = 0.4;
const SECOND_ITEM_SHARE = 0.25;
const ORDERS_PER_CUSTOMER = 20;
const ORDERS_PER_REPRICING = 25;
const ORDERS_PER_ERASURE = 60;

/** The seed alone decides what is done; how the steps meet is left to the machine. */
export function planCampaign(seed: number, orders: number): Plan {
  const draw = drawsOf(seed, 'plan');
  const products = Math.min(20, 4 + Math.floor(orders / 50));
  const customers = Math.max(4, Math.ceil(orders / ORDERS_PER_CUSTOMER)) + Math.floor(orders / ORDERS_PER_ERASURE);
  const here = Array.from({ length: customers }, (_, index) => index);
  const steps: Step[] = [];
  for (let order = 1; order <= orders; order++) {
    steps.push(planOrder(draw, { customer: pick(draw, here), products, key: `chaos-${seed}-${order}` }));
    if (order % ORDERS_PER_REPRICING === 0) steps.push(planRepricing(draw, products));
    if (order % ORDERS_PER_ERASURE === 0) steps.push({ kind: 'erase', customer: leave(draw, here) });
  }
  // Some of the hot product's buyers find it sold out, hardly any of the others'.
  const stock = Array.from({ length: products }, (_, product) => (product === HOT_PRODUCT ? orders / 2 : orders));
  return { seed, stock: stock.map(Math.ceil), customers, steps };
}

function planOrder(draw: Draw, { customer, products, key }: { customer: number; products: number; key: string }): Step {
  const first = draw() < HOT_SHARE ? HOT_PRODUCT : 1 + Math.floor(draw() * (products - 1));
  const items = [{ product: first, quantity: 1 + Math.floor(draw() * 3) }];
  const second = 1 + Math.floor(draw() * (products - 1));
  if (draw() < SECOND_ITEM_SHARE && second !== first) items.push({ product: second, quantity: 1 });
  return { kind: 'order', customer, items, card: weighted(draw, CARDS), key, cancel: weighted(draw, CANCELS) };
}

function planRepricing(draw: Draw, products: number): Step {
  const product = Math.floor(draw() * products);
  const cents = 100 + Math.floor(draw() * 9_900);
  return { kind: 'reprice', product, cents, name: `Chaos ${product} at ${cents}` };
}

/** Somebody who is there, and from now on is not. */
function leave(draw: Draw, here: number[]): number {
  const [gone = 0] = here.splice(Math.floor(draw() * here.length), 1);
  return gone;
}

function pick<T>(draw: Draw, all: T[]): T {
  return all[Math.floor(draw() * all.length)] as T;
}

function weighted<T>(draw: Draw, choices: [T, number][]): T {
  let lot = draw() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [choice, weight] of choices) {
    lot -= weight;
    if (lot < 0) return choice;
  }
  return (choices[0] as [T, number])[0];
}
