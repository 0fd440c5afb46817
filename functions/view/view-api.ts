import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';
import { CurrencyCode, Decimal, NextCursor, Timestamp } from '#lib/runtime/http/schemas.ts';
import { toDecimal } from '#lib/runtime/money.ts';
import type { OrderStatus } from './view.ts';
import type { PlacedOrder } from './view-table.ts';

const GetCustomerViewQuery = z.strictObject({
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 20),
  cursor: z.optional(z.string()),
});

const Payment = z.strictObject({
  payment_id: z.string(),
  status: z.enum(['completed', 'failed', 'refunded']),
  amount: Decimal,
  currency: CurrencyCode,
  reason: z.nullable(z.string()),
});

const Message = z.strictObject({ type: z.string(), channel: z.string(), subject: z.string(), sent_at: Timestamp });

const OrderInView = z.strictObject({
  order_id: z.string(),
  status: z.enum(['pending', 'confirmed', 'cancelled', 'shipped', 'delivered', 'needs_attention']),
  reason: z.optional(z.string()),
  total: Decimal,
  currency: CurrencyCode,
  created_at: Timestamp,
  /** When the last thing happened that the view knows of. */
  updated_at: Timestamp,
  /** With the names that the products have now. */
  items: z.array(z.strictObject({ product_id: z.string(), name: z.string(), quantity: z.int(), price: Decimal })),
  payment: z.nullable(Payment),
  last_message: z.nullable(Message),
});

export const GetCustomerView = defineRoute({
  operation: 'getCustomerView',
  route: 'GET /api/v1/views/customers/{user_id}',
  summary:
    "Read a customer's orders, newest first, with the present names of their products, their payment and the last " +
    'message about each. Made from events: it follows what the services answer by moments.',
  auth: 'user',
  query: GetCustomerViewQuery,
  answers: { 200: z.strictObject({ user_id: z.string(), orders: z.array(OrderInView), next_cursor: NextCursor }) },
  problems: { 404: ['NOT_FOUND'] },
});

/** As the order service says it: what is being undone is pending, with its reason. */
function publicStatus(status: OrderStatus) {
  return status === 'cancelling' ? 'pending' : status;
}

/** @param names of products, by id; that of the time of the order is told where there is none */
export function orderToApi({ order_id, updated_at, ...parts }: PlacedOrder, names: Map<string, string>) {
  const { placed, progress } = parts;
  return {
    order_id,
    status: publicStatus(progress?.status ?? 'pending'),
    ...(progress?.reason !== undefined && { reason: progress.reason }),
    total: toDecimal(placed.total.amount),
    currency: placed.total.currency,
    created_at: placed.created_at,
    updated_at,
    items: placed.items.map(({ product_id, name, quantity, price }) => ({
      product_id,
      name: names.get(product_id) ?? name,
      quantity,
      price: toDecimal(price.amount),
    })),
    payment: paymentToApi(parts),
    last_message: messageToApi(parts),
  };
}

function paymentToApi({ payment }: Pick<PlacedOrder, 'payment'>) {
  if (!payment) return null;
  const { payment_id, status, amount, reason = null } = payment;
  return { payment_id, status, amount: toDecimal(amount.amount), currency: amount.currency, reason };
}

function messageToApi({ message }: Pick<PlacedOrder, 'message'>) {
  if (!message) return null;
  const { type, channel, subject, sent_at } = message;
  return { type, channel, subject, sent_at };
}
