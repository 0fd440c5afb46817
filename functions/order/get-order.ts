import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { orderToApi } from './order-api.ts';
import { readOrder } from './order-table.ts';

/** `GET /api/v1/orders/{order_id}` */
export const handler = httpHandler({ auth: 'user' }, async ({ caller, params }) => {
  const order = await readOrder(params.order_id ?? '');
  mustOwn(caller, order.user_id, 'order');
  return ok(orderToApi(order));
});
