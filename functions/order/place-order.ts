import { IdempotencyKeyReused } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { accepted } from '#lib/runtime/http/response.ts';
import { fingerprint, idFromKey } from '#lib/runtime/ids.ts';
import { retryUntil } from '#lib/runtime/retry.ts';
import { note } from '#lib/runtime/work.ts';
import { place } from './order.ts';
import { PlaceOrder, placedOrderToApi } from './order-api.ts';
import { insertOrder } from './order-table.ts';
import { knownProducts } from './product-copy-table.ts';

/** How long to wait for the event of a product that was created a moment ago, before calling it unknown. */
const NEWS_OF_PRODUCT_MS = 1_500;

/** Accepts an order. Its saga starts from the event that this one write records. */
export const handler = httpHandler(PlaceOrder, async ({ caller, body, idempotencyKey = '', version, cause, now }) => {
  const productIds = body.items.map(({ product_id }) => product_id);
  const products = await retryUntil(
    () => knownProducts(productIds),
    (known) => known.length === productIds.length,
    NEWS_OF_PRODUCT_MS,
  );
  const command = { ...body, order_id: idFromKey(caller.user_id, idempotencyKey), user_id: caller.user_id };
  const request = fingerprint(body);
  const order = await insertOrder(place(command, products, now), request, cause);
  if (order.request_fingerprint !== request) throw new IdempotencyKeyReused();
  note({ order_id: order.order_id });
  return accepted(placedOrderToApi(order, version), { location: `/api/v${version}/orders/${order.order_id}` });
});
