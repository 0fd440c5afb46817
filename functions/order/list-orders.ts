import * as z from 'zod/mini';
import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { fromCursor, toCursor } from '#lib/runtime/http/cursor.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { ListOrdersQuery, orderToApi } from './order-api.ts';
import { listOrders } from './order-table.ts';

const Position = z.strictObject({ order_id: z.string(), created_at: z.string() });

/** `GET /api/v1/orders/user/{user_id}`, newest first */
export const handler = httpHandler({ auth: 'user', query: ListOrdersQuery }, async ({ caller, params, query }) => {
  const userId = params.user_id ?? '';
  mustOwn(caller, userId, 'user');
  const { orders, next } = await listOrders(userId, query.limit, fromCursor(Position, query.cursor));
  return ok({ orders: orders.map(orderToApi), next_cursor: toCursor(next) });
});
