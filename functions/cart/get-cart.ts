import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { priced } from './cart.ts';
import { cartToApi, GetCart } from './cart-api.ts';
import { readCart } from './cart-table.ts';
import { knownProducts } from './product-copy-table.ts';

export const handler = httpHandler(GetCart, async ({ caller, params }) => {
  const userId = params.user_id ?? '';
  mustOwn(caller, userId, 'cart');
  const cart = await readCart(userId);
  const products = await knownProducts(cart.items.map(({ product_id }) => product_id));
  return ok(cartToApi(priced(cart, products)));
});
