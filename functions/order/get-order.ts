import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { isIdFromKey } from '#lib/runtime/ids.ts';
import { retryUntil } from '#lib/runtime/retry.ts';
import { GetOrder, orderToApi } from './order-api.ts';
import { findOrder } from './order-table.ts';

/** A check-out gives the order's id out before its event is here: how long to wait for that, cold starts included. */
const NEWS_OF_CHECKOUT_MS = 2_000;

export const handler = httpHandler(GetOrder, async ({ caller, params, version }) => {
  const orderId = params.order_id ?? '';
  // Only for ids that a check-out may have made: others are unknown at once.
  const waitMs = isIdFromKey(orderId) ? NEWS_OF_CHECKOUT_MS : 0;
  const order = await retryUntil(() => findOrder(orderId), Boolean, waitMs);
  if (!order) throw new NotFound('order');
  mustOwn(caller, order.user_id, 'order');
  return ok(orderToApi(order, version));
});
