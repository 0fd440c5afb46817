import { setTimeout as wait } from 'node:timers/promises';
import type { ChaosShop, Customer } from '../chaos/shop.ts';

/** A way that an order can go when nothing fails but what the story says. */
export interface Story {
  name: string;
  card: string;
  /** What is ordered, as {@link Shelf} has it. */
  goods: (keyof Shelf)[];
  quantity: number;
  /** Its owner cancels the order when its saga is over. */
  isCancelled?: true;
}

/** Products to order: one that there is plenty of, one that there is too little of, one that lies in several shards. */
export interface Shelf {
  plenty: string;
  scarce: string;
  split: string;
}

export const STORIES: Story[] = [
  { name: 'confirmed', card: 'card_ok', goods: ['plenty'], quantity: 1 },
  { name: 'declined', card: 'card_declined', goods: ['plenty'], quantity: 1 },
  { name: 'charged without an answer', card: 'card_timeout', goods: ['plenty'], quantity: 1 },
  { name: 'provider fails twice', card: 'card_flaky', goods: ['plenty'], quantity: 1 },
  { name: 'provider down', card: 'card_unavailable', goods: ['plenty'], quantity: 1 },
  { name: 'sold out', card: 'card_ok', goods: ['plenty', 'scarce'], quantity: 8 },
  { name: 'from several shards', card: 'card_ok', goods: ['split'], quantity: 8 },
  { name: 'cancelled by its owner', card: 'card_ok', goods: ['plenty'], quantity: 1, isCancelled: true },
];

export const SHARDS = 2;
const PRICE = 20;
const PAUSE_MS = 20;
/** Less than a story orders; in the second case less in each shard. */
export const STOCK = { plenty: 100_000, scarce: 4, split: 12 };

export async function newProduct(shop: ChaosShop, token: string, what: keyof Shelf): Promise<string> {
  const body = { name: `Kept for kill points: ${what}`, category: 'kill-points', price: PRICE };
  const { product_id } = await shop.mustAsk('POST /api/v1/products', { token, body, key: crypto.randomUUID() });
  const stock = { on_hand: STOCK[what], ...(what === 'split' && { shards: SHARDS }) };
  await shop.mustAsk(`PUT /api/v1/inventory/${product_id}`, { token, body: stock });
  // An order of what the order service has not heard of yet is a story that begins otherwise.
  while (!(await isKnown(shop, product_id))) await wait(PAUSE_MS);
  return product_id;
}

async function isKnown(shop: ChaosShop, productId: string): Promise<boolean> {
  const TableName = shop.cloud.physicalId('Bazaar-dev-Order', 'Outbox/Table');
  const { Item } = await shop.call('dynamodb', 'GetItem', { TableName, Key: { pk: { S: `PRODUCT#${productId}` } } });
  return Item !== undefined;
}

export interface Placing {
  story: Story;
  shelf: Shelf;
  customer: Customer;
  /** Idempotency key. */
  key: string;
}

/** Resolves to the id of the order, `undefined` when the shop has not accepted it. */
export async function place(shop: ChaosShop, { story, shelf, customer, key }: Placing): Promise<string | undefined> {
  const items = story.goods.map((what) => ({ product_id: shelf[what], quantity: story.quantity }));
  const body = { items, payment_method: story.card };
  const answer = await shop.ask('POST /api/v1/orders', { token: customer.token, key, body });
  return answer.status === 202 ? answer.body.order_id : undefined;
}

export async function cancel(shop: ChaosShop, orderId: string, { token }: Customer): Promise<void> {
  await shop.ask(`PUT /api/v1/orders/${orderId}/status`, { token, body: { status: 'cancelled' } });
}
