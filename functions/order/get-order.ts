import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { GetOrder, orderToApi } from './order-api.ts';
import { readOrder } from './order-table.ts';

export const handler = httpHandler(GetOrder, async ({ caller, params, version }) => {
  const order = await readOrder(params.order_id ?? '');
  mustOwn(caller, order.user_id, 'order');
  return ok(orderToApi(order, version));
});
