import { AppError } from '#lib/runtime/errors.ts';

/** The stock of one product, or of one shard of it: a part of its pieces in a row of their own. */
export interface Stock {
  product_id: string;
  shard: number;
  /** Pieces on sale. On hand are these and the reserved ones. */
  available: number;
  reserved: number;
  /** The pieces of each order, so that holding and giving back happen once. */
  pending: Record<string, number>;
  /** Into how many shards the product is split; each knows, so that none is held from in ignorance of the others. */
  shards: number;
  /** How often somebody has counted the pieces. */
  counted: number;
}

export interface StockTotals {
  product_id: string;
  available: number;
  reserved: number;
}

/** Orders hold more pieces than there would be left. */
export class OnHandBelowReserved extends AppError {
  constructor(reserved: number) {
    super('ON_HAND_BELOW_RESERVED', 409, `Orders hold ${reserved} pieces: on_hand cannot be less.`);
  }
}

/** Orders may hold pieces in any shard, so that none can go. */
export class FewerShards extends AppError {
  constructor(shards: number) {
    super('FEWER_SHARDS', 409, `The product is split into ${shards} shards: there can be more, but not less.`);
  }
}

export function totalsOf(productId: string, stocks: Stock[]): StockTotals {
  const sum = (count: (stock: Stock) => number) => stocks.reduce((total, stock) => total + count(stock), 0);
  return { product_id: productId, available: sum((it) => it.available), reserved: sum((it) => it.reserved) };
}

/**
 * How many pieces each shard gets, or loses, so that there are `onHand` in all and each has as many on sale as any
 * other. Shards that are not there yet come last.
 */
export function recount(stocks: Stock[], onHand: number, shards = stocks.length): number[] {
  const { reserved } = totalsOf('', stocks);
  if (onHand < reserved) throw new OnHandBelowReserved(reserved);
  if (shards < stocks.length) throw new FewerShards(stocks.length);
  const onSale = onHand - reserved;
  return Array.from({ length: shards }, (_, shard) => {
    const share = Math.floor(onSale / shards) + (shard < onSale % shards ? 1 : 0);
    return share - (stocks[shard]?.available ?? 0);
  });
}

/** Pieces that the order holds or could hold. */
export function withinReach(stocks: Stock[], orderId: string): number {
  return stocks.reduce((sum, { available, pending }) => sum + available + (pending[orderId] ?? 0), 0);
}

/** What the threshold of a product means for one of its shards. */
export function lowShare(threshold: number, shards: number): number {
  return Math.ceil(threshold / shards);
}

/** Whether there are fewer pieces than the threshold now, and were not before. */
export function becameLow(before: number, after: number, threshold: number): boolean {
  return before >= threshold && after < threshold;
}
