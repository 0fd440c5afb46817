import { InventoryLow } from '#events/inventory-events.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { recorded } from '#lib/runtime/outbox.ts';
import type { StepContext } from '#lib/runtime/saga-step.ts';
import { lowStockThreshold } from './inventory-settings.ts';
import type { Hold, RefusalReason, ReservedItem } from './reservation.ts';
import { spread } from './spread.ts';
import { becameLow, lowShare, recount, type Stock, type StockTotals, totalsOf, withinReach } from './stock.ts';
import {
  giveBackPieces,
  type HoldRequest,
  holdPieces,
  holdPiecesSeen,
  openStock,
  readStocks,
  writeRecount,
} from './stock-table.ts';

// One row takes about a thousand writes a second, and each order writes two. The pieces of a product that sells faster
// are split into shards, rows of their own. Whoever asks sees one stock: only this file and the table know of shards.

/** What this environment has seen of split products. It may be old: a hold that goes by it is then refused. */
const knownShards = new Map<string, number>();

/** Throws {@link NotFound} for a product that inventory has not heard of. */
export async function readStock(productId: string): Promise<StockTotals> {
  const stocks = await readStocks(productId);
  if (stocks.length === 0) throw new NotFound('product in the inventory');
  return totalsOf(productId, stocks);
}

/** Sets how many pieces there are, counting those that orders hold, and spreads those on sale over the shards. */
export async function setOnHand(productId: string, onHand: number, shards?: number): Promise<StockTotals> {
  await openStock(productId);
  for (;;) {
    const before = await readStocks(productId);
    const additions = recount(before, onHand, shards);
    const { reserved } = totalsOf(productId, before);
    if (await writeRecount(before, additions)) return { product_id: productId, available: onHand - reserved, reserved };
  }
}

/** Another execution of the same saga, or other orders, may come in between so often before it is refused. */
const ROUNDS = 5;

/**
 * Holds the pieces of one item, in one shard if it can be, else in several. Held already: fine. Resolves to where they
 * are held, or to why not: then some may be held all the same, and have to be given back.
 */
export async function hold(orderId: string, item: ReservedItem, context: StepContext): Promise<Hold[] | RefusalReason> {
  let shards = knownShards.get(item.product_id) ?? 1;
  for (let round = 0; round < ROUNDS; round++) {
    const inOne = await holdInOne({ ...item, order_id: orderId, shards }, context);
    if (inOne) return inOne;
    const stocks = await readStocks(item.product_id);
    if (stocks.length === 0) return 'unknown_product';
    if (withinReach(stocks, orderId) < item.quantity) break;
    shards = stocks.length;
    if (shards > 1) knownShards.set(item.product_id, shards);
    const inParts = await holdInParts({ ...item, order_id: orderId, shards }, context);
    if (inParts) return inParts;
  }
  return 'insufficient_inventory';
}

type Wanted = Omit<HoldRequest, 'shard'>;

async function holdInOne(wanted: Wanted, context: StepContext): Promise<Hold[] | undefined> {
  for (const shard of inTurn(wanted)) {
    const quantity = await holdUpTo({ ...wanted, shard }, wanted.quantity, context);
    if (quantity === wanted.quantity) return [{ product_id: wanted.product_id, shard, quantity }];
    if (quantity > 0) return undefined;
  }
  return undefined;
}

/** Exactly as many as wanted, also where another execution has found them in other shards meanwhile. */
async function holdInParts(wanted: Wanted, context: StepContext): Promise<Hold[] | undefined> {
  const holds: Hold[] = [];
  let missing = wanted.quantity;
  for (const shard of inTurn(wanted)) {
    const quantity = await holdUpTo({ ...wanted, shard, quantity: missing }, 1, context);
    if (quantity === 0 || quantity > missing) continue;
    holds.push({ product_id: wanted.product_id, shard, quantity });
    missing -= quantity;
    if (missing === 0) return holds;
  }
  return undefined;
}

/** All shards, beginning with that of the order: so orders are spread over them. */
function inTurn({ order_id, shards }: Wanted): number[] {
  const first = spread(order_id, shards);
  return Array.from({ length: shards }, (_, step) => (first + step) % shards);
}

/** Holds as many as there are, from `least` up to those requested. Resolves to how many the order holds there then. */
async function holdUpTo(request: HoldRequest, least: number, { cause, now }: StepContext): Promise<number> {
  const tellBelow = request.shard === 0 ? lowShare(lowStockThreshold(), request.shards) : 0;
  let result = await holdPieces(request, tellBelow);
  while (!result.held) {
    const { inTheWay: seen } = result;
    const already = seen?.pending[request.order_id];
    // A hold of no pieces: they are sold to this order, and are not to be held a second time.
    if (already !== undefined) return already || request.quantity;
    if (!seen || seen.shards !== request.shards) return 0;
    const quantity = Math.min(request.quantity, seen.available);
    if (quantity < least) return 0;
    const left = seen.available - quantity;
    const facts = becameLow(seen.available, left, tellBelow) ? [await lowNews(seen, left)] : [];
    result = await holdPiecesSeen({ ...request, quantity }, seen, recorded(facts, cause, now));
    if (result.held) return quantity;
  }
  return request.quantity;
}

/** The first shard speaks for all: they are drained alike. */
async function lowNews({ product_id, shards }: Stock, left: number) {
  const others = shards === 1 ? [] : (await readStocks(product_id)).slice(1);
  return InventoryLow.of({ product_id, available: left + totalsOf(product_id, others).available });
}

/** Puts all pieces of one item that the order holds back on sale, but for those that it is to `keep`. */
export async function giveBack(orderId: string, { product_id }: ReservedItem, keep: Hold[] = []): Promise<void> {
  const stocks = await readStocks(product_id);
  const held = stocks.filter(({ pending }) => pending[orderId] !== undefined);
  const isKept = ({ shard }: Stock) => keep.some((kept) => kept.product_id === product_id && kept.shard === shard);
  for (const stock of held) if (!isKept(stock)) await giveBackPieces(orderId, stock);
}
