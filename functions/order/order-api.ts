import * as z from 'zod/mini';
import { Money } from '#events/money.ts';
import { type ApiVersion, defineRoute } from '#lib/runtime/http/route.ts';
import { CurrencyCode, Decimal, NextCursor, PaymentMethod, Timestamp } from '#lib/runtime/http/schemas.ts';
import { toDecimal } from '#lib/runtime/money.ts';
import type { OrderStatus } from './order.ts';
import type { StoredOrder } from './order-table.ts';

const requestedItem = z.strictObject({
  product_id: z.string().check(z.minLength(1), z.maxLength(100)),
  quantity: z.int().check(z.gte(1), z.lte(99)),
});

const PlaceOrderRequest = z.strictObject({
  items: z.array(requestedItem).check(
    z.minLength(1),
    z.maxLength(50),
    z.refine(
      (items) => new Set(items.map(({ product_id }) => product_id)).size === items.length,
      'Each product once: add its quantities up',
    ),
  ),
  payment_method: PaymentMethod,
});

const ListOrdersQuery = z.strictObject({
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 20),
  cursor: z.optional(z.string()),
});

const PUBLIC_STATUS = z.enum(['pending', 'confirmed', 'cancelled', 'shipped', 'delivered', 'needs_attention']);

const SetOrderStatusRequest = z.strictObject({
  /** Of these, `cancelled`, `shipped` and `delivered` can be asked for; the others only a saga brings about. */
  status: PUBLIC_STATUS,
});

const item = { product_id: z.string(), name: z.string(), quantity: z.int() };
const ItemV1 = z.strictObject({ ...item, price: Decimal });
const ItemV2 = z.strictObject({ ...item, price: Money });

const placed = { order_id: z.string(), user_id: z.string(), status: PUBLIC_STATUS, created_at: Timestamp };
const placedV1 = { ...placed, items: z.array(ItemV1), total: Decimal, currency: CurrencyCode };
const placedV2 = { ...placed, items: z.array(ItemV2), total: Money };

const progress = {
  payment_method: z.string(),
  reason: z.optional(z.string()),
  updated_at: Timestamp,
  history: z.array(z.strictObject({ event: z.string(), at: Timestamp })),
};
const OrderV1 = z.strictObject({ ...placedV1, ...progress });
const OrderV2 = z.strictObject({ ...placedV2, ...progress });

export const PlaceOrder = defineRoute({
  operation: 'placeOrder',
  route: 'POST /api/v1/orders',
  summary: 'Place an order. It is accepted at once; its saga reserves, charges and confirms it, or undoes it.',
  auth: 'user',
  idempotencyKey: 'required',
  body: PlaceOrderRequest,
  answers: { 202: z.strictObject(placedV1) },
  headers: ['Location'],
  problems: {
    400: ['IDEMPOTENCY_KEY_MISSING'],
    422: ['UNKNOWN_PRODUCT', 'MIXED_CURRENCIES', 'IDEMPOTENCY_KEY_REUSED'],
  },
  v2: { answers: { 202: z.strictObject(placedV2) } },
});

export const GetOrder = defineRoute({
  operation: 'getOrder',
  route: 'GET /api/v1/orders/{order_id}',
  summary: 'Read an order with its history.',
  auth: 'user',
  answers: { 200: OrderV1 },
  problems: { 404: ['NOT_FOUND'] },
  v2: { answers: { 200: OrderV2 } },
});

export const ListOrders = defineRoute({
  operation: 'listOrders',
  route: 'GET /api/v1/orders/user/{user_id}',
  summary: 'List the orders of a user, newest first.',
  auth: 'user',
  internal: 'for a user',
  query: ListOrdersQuery,
  answers: { 200: z.strictObject({ orders: z.array(OrderV1), next_cursor: NextCursor }) },
  problems: { 404: ['NOT_FOUND'] },
  v2: { answers: { 200: z.strictObject({ orders: z.array(OrderV2), next_cursor: NextCursor }) } },
});

export const SetOrderStatus = defineRoute({
  operation: 'setOrderStatus',
  route: 'PUT /api/v1/orders/{order_id}/status',
  summary:
    'Cancel an order before it ships (its owner), ship it or say that it was delivered (administrators). An order ' +
    'that is being cancelled reads `pending` with its `reason` until stock and money are back, then `cancelled`.',
  auth: 'user',
  body: SetOrderStatusRequest,
  answers: { 200: OrderV1 },
  problems: { 403: ['FORBIDDEN'], 404: ['NOT_FOUND'], 409: ['INVALID_TRANSITION'] },
  v2: { answers: { 200: OrderV2 } },
});

/** `cancelling` is ours: until everything is undone, clients see the order as pending, with the reason. */
function publicStatus(status: OrderStatus): string {
  return status === 'cancelling' ? 'pending' : status;
}

/** The order right after it was placed, answered alike to the first request and to each repetition. */
export function placedOrderToApi(order: StoredOrder, version: ApiVersion) {
  const { order_id, user_id, created_at, total } = order;
  const items = itemsToApi(order, version);
  const money = version === 1 ? { total: toDecimal(total.amount), currency: total.currency } : { total };
  return { order_id, user_id, status: 'pending', items, ...money, created_at };
}

export function orderToApi(order: StoredOrder, version: ApiVersion) {
  return {
    ...placedOrderToApi(order, version),
    status: publicStatus(order.status),
    payment_method: order.payment_method,
    ...('reason' in order && order.reason && { reason: order.reason }),
    updated_at: order.events.at(-1)?.occurred_at,
    history: order.events.map(({ event_type, occurred_at }) => ({ event: event_type, at: occurred_at })),
  };
}

function itemsToApi({ items }: StoredOrder, version: ApiVersion) {
  return items.map(({ product_id, name, quantity, price }) => ({
    product_id,
    name,
    quantity,
    price: version === 1 ? toDecimal(price.amount) : price,
  }));
}
