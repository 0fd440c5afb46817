import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';
import { CurrencyCode, Decimal, PaymentMethod, Timestamp } from '#lib/runtime/http/schemas.ts';
import { toDecimal } from '#lib/runtime/money.ts';
import type { PricedCart } from './cart.ts';

const SetCartItemRequest = z.strictObject({ quantity: z.int().check(z.gte(1), z.lte(99)) });

const CheckOutRequest = z.strictObject({ payment_method: PaymentMethod });

const CartAnswer = z.strictObject({
  user_id: z.string(),
  items: z.array(z.strictObject({ product_id: z.string(), name: z.string(), quantity: z.int(), price: Decimal })),
  /** Null, as the currency, when a product has changed its currency and no longer goes with the others. */
  total: z.nullable(Decimal),
  currency: z.nullable(CurrencyCode),
  updated_at: z.nullable(Timestamp),
});

export const GetCart = defineRoute({
  operation: 'getCart',
  route: 'GET /api/v1/carts/{user_id}',
  summary: 'Read a cart, with the names and prices of now. Who has put nothing into it has an empty one.',
  auth: 'user',
  answers: { 200: CartAnswer },
  problems: { 404: ['NOT_FOUND'] },
});

export const SetCartItem = defineRoute({
  operation: 'setCartItem',
  route: 'PUT /api/v1/carts/{user_id}/items/{product_id}',
  summary: 'Put a product into the cart, or change how many of it.',
  auth: 'user',
  body: SetCartItemRequest,
  answers: { 200: CartAnswer },
  problems: { 404: ['NOT_FOUND'], 422: ['UNKNOWN_PRODUCT', 'MIXED_CURRENCIES', 'CART_FULL'] },
});

export const RemoveCartItem = defineRoute({
  operation: 'removeCartItem',
  route: 'DELETE /api/v1/carts/{user_id}/items/{product_id}',
  summary: 'Take a product out of the cart; fine when it is not in it.',
  auth: 'user',
  answers: { 204: null },
  problems: { 404: ['NOT_FOUND'] },
});

export const ClearCart = defineRoute({
  operation: 'clearCart',
  route: 'DELETE /api/v1/carts/{user_id}',
  summary: 'Take everything out of the cart.',
  auth: 'user',
  answers: { 204: null },
  problems: { 404: ['NOT_FOUND'] },
});

export const CheckOutCart = defineRoute({
  operation: 'checkOutCart',
  route: 'POST /api/v1/carts/{user_id}/checkout',
  summary: 'Order all that is in the cart, at the prices of now, and empty it. The order is to be read at Location.',
  auth: 'user',
  idempotencyKey: 'required',
  body: CheckOutRequest,
  answers: { 202: z.strictObject({ order_id: z.string(), status: z.literal('pending') }) },
  headers: ['Location'],
  problems: {
    400: ['IDEMPOTENCY_KEY_MISSING'],
    404: ['NOT_FOUND'],
    409: ['CART_EMPTY'],
    422: ['MIXED_CURRENCIES', 'IDEMPOTENCY_KEY_REUSED'],
  },
});

export function cartToApi({ user_id, items, total, updated_at }: PricedCart) {
  return {
    user_id,
    items: items.map(({ product_id, name, quantity, price }) => ({
      product_id,
      name,
      quantity,
      price: toDecimal(price.amount),
    })),
    total: total ? toDecimal(total.amount) : null,
    currency: total ? total.currency : null,
    updated_at,
  };
}
