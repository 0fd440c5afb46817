import type { Cart, Product } from '#functions/cart/cart.ts';

export function aProduct(overrides: Partial<Product> = {}): Product {
  return { product_id: 'cup', name: 'Cup', price: { amount: 1250, currency: 'USD' }, ...overrides };
}

/** `aCart({ cup: 2 })` */
export function aCart(quantities: Record<string, number> = {}, overrides: Partial<Cart> = {}): Cart {
  const items = Object.entries(quantities).map(([product_id, quantity]) => ({ product_id, quantity }));
  return { user_id: 'jane', items, checkouts: [], updated_at: '2026-11-22T10:00:00.000Z', ...overrides };
}
