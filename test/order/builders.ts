import type { Order, PlaceOrder, Product } from '#functions/order/order.ts';

export function aProduct(overrides: Partial<Product> = {}): Product {
  return { product_id: 'cup', name: 'Cup', price: { amount: 1250, currency: 'USD' }, ...overrides };
}

export function aPlaceOrder(overrides: Partial<PlaceOrder> = {}): PlaceOrder {
  return {
    order_id: 'o1',
    user_id: 'jane',
    items: [{ product_id: 'cup', quantity: 2 }],
    payment_method: 'card_ok',
    ...overrides,
  };
}

/** `anOrder({ status: 'cancelling', reason: 'payment_declined' })` */
export function anOrder(overrides: Partial<Order> = {}): Order {
  return {
    ...aPlaceOrder(),
    items: [{ product_id: 'cup', name: 'Cup', quantity: 2, price: { amount: 1250, currency: 'USD' } }],
    total: { amount: 2500, currency: 'USD' },
    created_at: '2026-11-22T10:00:00.000Z',
    status: 'pending',
    ...overrides,
  } as Order;
}
