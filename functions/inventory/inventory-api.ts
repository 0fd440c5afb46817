import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';
import type { StockTotals } from './stock.ts';

const SetStockRequest = z.strictObject({
  /** Pieces in the warehouse, counting those that orders hold. */
  on_hand: z.int().check(z.gte(0), z.lte(1_000_000_000)),
  /**
   * Into how many shards the stock is split, for a product that sells faster than one row can be written (some 500
   * orders a second). Left out: as before. There can be more later, not less.
   */
  shards: z.optional(z.int().check(z.gte(1), z.lte(32))),
});

const StockAnswer = z.strictObject({
  product_id: z.string(),
  on_hand: z.int(),
  reserved: z.int(),
  available: z.int(),
});

export const GetStock = defineRoute({
  operation: 'getStock',
  route: 'GET /api/v1/inventory/{product_id}',
  summary: 'Read the stock of a product.',
  auth: 'user',
  answers: { 200: StockAnswer },
  problems: { 404: ['NOT_FOUND'] },
});

export const SetStock = defineRoute({
  operation: 'setStock',
  route: 'PUT /api/v1/inventory/{product_id}',
  summary: 'Set how many pieces of a product there are.',
  auth: 'admin',
  body: SetStockRequest,
  answers: { 200: StockAnswer },
  problems: { 409: ['ON_HAND_BELOW_RESERVED', 'FEWER_SHARDS'], 503: ['BUSY'] },
});

export function stockToApi({ product_id, available, reserved }: StockTotals) {
  return { product_id, on_hand: available + reserved, reserved, available };
}
