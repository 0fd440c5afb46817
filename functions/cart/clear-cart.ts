import { mustBe } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { noContent } from '#lib/runtime/http/response.ts';
import { clear } from './cart.ts';
import { ClearCart } from './cart-api.ts';
import { changeCart } from './cart-table.ts';

export const handler = httpHandler(ClearCart, async ({ caller, params, cause, now }) => {
  const userId = params.user_id ?? '';
  mustBe(caller, userId, 'cart');
  await changeCart(userId, (cart) => clear(cart, now), { cause, now });
  return noContent();
});
