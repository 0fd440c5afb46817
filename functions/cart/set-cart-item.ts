import { mustBe } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { retryUntil } from '#lib/runtime/retry.ts';
import { type Cart, type CartItem, type Product, priced, setItem } from './cart.ts';
import { cartToApi, SetCartItem } from './cart-api.ts';
import { changeCart } from './cart-table.ts';
import { knownProducts } from './product-copy-table.ts';

/** How long to wait for the event of a product that was created a moment ago, before calling it unknown. */
const NEWS_OF_PRODUCT_MS = 1_500;

export const handler = httpHandler(SetCartItem, async ({ caller, params, body, cause, now }) => {
  const { user_id: userId = '', product_id = '' } = params;
  mustBe(caller, userId, 'cart');
  const item = { product_id, quantity: body.quantity };
  const decide = async (before: Cart) => {
    const products = await awaitProducts([...before.items, item]);
    return { ...setItem(before, item, products, now), products };
  };
  const { cart, products } = await changeCart(userId, decide, { cause, now });
  return ok(cartToApi(priced(cart, products)));
});

function awaitProducts(items: CartItem[]): Promise<Product[]> {
  return retryUntil(
    () => knownProducts(items.map(({ product_id }) => product_id)),
    (known) => items.every((item) => known.some(({ product_id }) => product_id === item.product_id)),
    NEWS_OF_PRODUCT_MS,
  );
}
