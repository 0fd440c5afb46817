import * as z from 'zod/mini';
import { toDecimal } from '#lib/runtime/money.ts';
import type { OrderStatus } from './order.ts';
import type { StoredOrder } from './order-table.ts';

const item = z.strictObject({
  product_id: z.string().check(z.minLength(1), z.maxLength(100)),
  quantity: z.int().check(z.gte(1), z.lte(99)),
});

export const PlaceOrderRequest = z.strictObject({
  items: z.array(item).check(
    z.minLength(1),
    z.maxLength(50),
    z.refine(
      (items) => new Set(items.map(({ product_id }) => product_id)).size === items.length,
      'Each product once: add its quantities up',
    ),
  ),
  payment_method: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,49}$/, 'For example card_ok')),
});

export const ListOrdersQuery = z.strictObject({
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 20),
  cursor: z.optional(z.string()),
});

/** `cancelling` is ours: until everything is undone, clients see the order as pending. */
function publicStatus(status: OrderStatus): string {
  return status === 'cancelling' ? 'pending' : status;
}

/** The order right after it was placed, answered alike to the first request and to each repetition. */
export function placedOrderToApi(order: StoredOrder) {
  return {
    order_id: order.order_id,
    user_id: order.user_id,
    status: 'pending',
    items: itemsToApi(order),
    total: toDecimal(order.total.amount),
    currency: order.total.currency,
    created_at: order.created_at,
  };
}

/** The order as API v1 shows it: money as decimals. */
export function orderToApi(order: StoredOrder) {
  return {
    ...placedOrderToApi(order),
    status: publicStatus(order.status),
    payment_method: order.payment_method,
    ...('reason' in order && order.status !== 'cancelling' && order.reason && { reason: order.reason }),
    updated_at: order.events.at(-1)?.occurred_at,
    history: order.events.map(({ event_type, occurred_at }) => ({ event: event_type, at: occurred_at })),
  };
}

function itemsToApi({ items }: StoredOrder) {
  return items.map(({ product_id, name, quantity, price }) => ({
    product_id,
    name,
    quantity,
    price: toDecimal(price.amount),
  }));
}
