import * as z from 'zod/mini';
import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { fromCursor, toCursor } from '#lib/runtime/http/cursor.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { readGenerations } from './generation-table.ts';
import { namesOf } from './product-name-table.ts';
import { GetCustomerView, orderToApi } from './view-api.ts';
import { listOrders } from './view-table.ts';

/** Knows no generation: a list that was begun before a rebuild goes on after it. */
const Position = z.strictObject({ order_id: z.string(), created_at: z.string() });

export const handler = httpHandler(GetCustomerView, async ({ caller, params, query: { limit, cursor } }) => {
  const user_id = params.user_id ?? '';
  mustOwn(caller, user_id, 'user');
  const list = `view of ${user_id}`;
  const after = await fromCursor(list, Position, cursor);
  const { live } = await readGenerations();
  const { orders, next } = await listOrders(live, user_id, { limit, after });
  const products = orders.flatMap(({ placed }) => placed.items.map(({ product_id }) => product_id));
  const names = await namesOf(live, products);
  return ok({
    user_id,
    orders: orders.map((order) => orderToApi(order, names)),
    next_cursor: await toCursor(list, next),
  });
});
