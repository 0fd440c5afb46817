import * as z from 'zod/mini';
import type { Stock } from './stock-table.ts';

export const SetStockRequest = z.strictObject({
  /** Pieces in the warehouse, counting those that orders hold. */
  on_hand: z.int().check(z.gte(0), z.lte(1_000_000_000)),
});

export function stockToApi({ product_id, available, reserved }: Stock) {
  return { product_id, on_hand: available + reserved, reserved, available };
}
