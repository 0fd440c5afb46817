import { mustBe } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { accepted } from '#lib/runtime/http/response.ts';
import { fingerprint, idFromKey } from '#lib/runtime/ids.ts';
import { type Cart, checkOut } from './cart.ts';
import { CheckOutCart } from './cart-api.ts';
import { changeCart, type StoredCart } from './cart-table.ts';
import { knownProducts } from './product-copy-table.ts';

/**
 * Empties the cart and says what was bought, in one write; the order service makes the order of the event. That is some
 * tenths of a second later: whoever reads the order sooner is kept waiting for it a moment there (get-order.ts).
 */
export const handler = httpHandler(CheckOutCart, async ({ caller, params, body, idempotencyKey = '', cause, now }) => {
  const userId = params.user_id ?? '';
  mustBe(caller, userId, 'cart');
  const request = { key_fingerprint: fingerprint(idempotencyKey), request_fingerprint: fingerprint(body) };
  const decide = async (before: StoredCart) => {
    const products = await productsOf(before);
    const order_id = orderId(before, idempotencyKey);
    return checkOut(before, { ...body, ...request, order_id }, { products, now });
  };
  const { order_id } = await changeCart(userId, decide, { cause, now });
  return accepted({ order_id, status: 'pending' }, { location: `/api/v1/orders/${order_id}` });
});

function productsOf({ items }: Cart) {
  return knownProducts(items.map(({ product_id }) => product_id));
}

/**
 * The number of the check-out keeps a key that the cart has forgotten from meeting the order that it once made. The
 * blanks, which no key can have, keep ids apart from those of the same key at `POST /orders`.
 */
function orderId({ user_id, version }: StoredCart, idempotencyKey: string): string {
  return idFromKey(user_id, `checkout ${version + 1} ${idempotencyKey}`);
}
