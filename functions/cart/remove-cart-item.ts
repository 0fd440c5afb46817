import { mustBe } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { noContent } from '#lib/runtime/http/response.ts';
import { removeItem } from './cart.ts';
import { RemoveCartItem } from './cart-api.ts';
import { changeCart } from './cart-table.ts';

export const handler = httpHandler(RemoveCartItem, async ({ caller, params, cause, now }) => {
  const { user_id: userId = '', product_id: productId = '' } = params;
  mustBe(caller, userId, 'cart');
  await changeCart(userId, (cart) => removeItem(cart, productId, now), { cause, now });
  return noContent();
});
