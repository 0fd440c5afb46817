import { randomUUID } from 'node:crypto';
import { shop } from '../setup/end-to-end.ts';
import type { Answer, Buyer } from '../setup/shop.ts';

// What a customer does with the cart, for the end-to-end tests.

export function cartOf({ user_id, token }: Buyer): Promise<Answer> {
  return shop.call(`GET /api/v1/carts/${user_id}`, { token });
}

export function putIntoCart({ user_id, token }: Buyer, productId: string, quantity = 1): Promise<Answer> {
  return shop.call(`PUT /api/v1/carts/${user_id}/items/${productId}`, { token, body: { quantity } });
}

export function takeOut({ user_id, token }: Buyer, productId: string): Promise<Answer> {
  return shop.call(`DELETE /api/v1/carts/${user_id}/items/${productId}`, { token });
}

export function clearCart({ user_id, token }: Buyer): Promise<Answer> {
  return shop.call(`DELETE /api/v1/carts/${user_id}`, { token });
}

export function checkOutCart(
  { user_id, token }: Buyer,
  { key = randomUUID() as string, payment_method = 'card_ok' } = {},
): Promise<Answer> {
  const headers = { 'idempotency-key': key };
  return shop.call(`POST /api/v1/carts/${user_id}/checkout`, { token, headers, body: { payment_method } });
}
