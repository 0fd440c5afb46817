import * as z from 'zod/mini';
import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { fromCursor, toCursor } from '#lib/runtime/http/cursor.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { ListOrders, orderToApi } from './order-api.ts';
import { listOrders } from './order-table.ts';

const Position = z.strictObject({ order_id: z.string(), created_at: z.string() });

export const handler = httpHandler(ListOrders, async ({ caller, params, query, version }) => {
  const userId = params.user_id ?? '';
  mustOwn(caller, userId, 'user');
  const list = `orders of ${userId}`;
  const { orders, next } = await listOrders(userId, query.limit, await fromCursor(list, Position, query.cursor));
  return ok({ orders: orders.map((order) => orderToApi(order, version)), next_cursor: await toCursor(list, next) });
});
