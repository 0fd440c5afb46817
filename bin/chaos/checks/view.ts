import { isDeepStrictEqual } from 'node:util';
import { toDecimal } from '#lib/runtime/money.ts';
import type { Evidence, NotificationRow, OrderRow, PaymentRow, ViewOrder, Violation } from '../rows.ts';

/** The customers' view is what the events of orders, payments and messages add up to; of who is erased it has nothing. */
export function checkView(evidence: Evidence): Violation[] {
  const orders = Map.groupBy(evidence.orders, ({ user_id }) => user_id);
  const fold = foldOf(evidence);
  return evidence.customers.flatMap(({ user_id, erased }) => {
    const expected = erased ? [] : (orders.get(user_id) ?? []).map(fold).sort(newestFirst);
    return differences(user_id, expected, evidence.views.get(user_id) ?? []);
  });
}

function newestFirst(a: ViewOrder, b: ViewOrder): number {
  const keyOf = ({ created_at, order_id }: ViewOrder) => `${created_at}#${order_id}`;
  return keyOf(a) < keyOf(b) ? 1 : -1;
}

function differences(userId: string, expected: ViewOrder[], shown: ViewOrder[]): Violation[] {
  const violation = (subject: string, problem: string) => ({ check: 'view', subject, problem });
  const shownById = new Map(shown.map((order) => [order.order_id, order]));
  const wrong = expected.flatMap((order) => {
    const there = shownById.get(order.order_id);
    if (!there) return [violation(order.order_id, `is not in the view of ${userId}`)];
    const fields = Object.keys({ ...order, ...there }).filter((name) => !isDeepStrictEqual(order[name], there[name]));
    return fields.map((name) => violation(order.order_id, told(name, order, there)));
  });
  const extra = shown.filter(({ order_id }) => !expected.some((order) => order.order_id === order_id));
  const inOrder = isDeepStrictEqual(expected.map(idOf), shown.map(idOf));
  return [
    ...wrong,
    ...extra.map(({ order_id }) => violation(order_id, `is in the view of ${userId}, and should not be`)),
    ...(inOrder || wrong.length + extra.length > 0 ? [] : [violation(userId, 'sees the orders in the wrong order')]),
  ];
}

const idOf = ({ order_id }: ViewOrder) => order_id;

function told(name: string, expected: ViewOrder, shown: ViewOrder): string {
  return `${name} is ${JSON.stringify(shown[name])}, the events say ${JSON.stringify(expected[name])}`;
}

function foldOf({ payments, notifications, products }: Evidence) {
  const paymentOf = new Map(payments.map((row) => [row.order_id, row]));
  const messagesOf = Map.groupBy(notifications, ({ order_id }) => order_id);
  const names = new Map(products.map(({ product_id, name }) => [product_id, name]));
  return (order: OrderRow): ViewOrder => {
    const payment = paymentOf.get(order.order_id);
    const messages = (messagesOf.get(order.order_id) ?? []).filter(({ status }) => status === 'sent');
    const told = [order, payment, ...messages].flatMap((row) => row?.events ?? []);
    return {
      order_id: order.order_id,
      ...statusOf(order),
      total: toDecimal(order.total.amount),
      currency: order.total.currency,
      created_at: order.events[0]?.occurred_at,
      updated_at: told
        .map(({ occurred_at }) => occurred_at)
        .sort()
        .at(-1),
      items: order.items.map(({ product_id, name, quantity, price }) => ({
        product_id,
        name: names.get(product_id) ?? name,
        quantity,
        price: toDecimal(price.amount),
      })),
      payment: paymentIn(payment),
      last_message: lastOf(messages),
    };
  };
}

/** What the last event of the order says; what is being undone is pending for its customer. */
function statusOf({ events }: OrderRow): object {
  const last = events.at(-1);
  const type = last?.event_type.replace('order.', '') ?? '';
  const status = { created: 'pending', cancelling: 'pending', status_changed: last?.data.status }[type] ?? type;
  return { status, ...(last?.data.reason !== undefined && { reason: last.data.reason }) };
}

function paymentIn(payment: PaymentRow | undefined): object | null {
  const last = payment?.events.at(-1);
  if (!payment || !last) return null;
  const { amount, currency } = payment.amount;
  const status = last.event_type.replace('payment.', '');
  const { reason = null } = last.data;
  return { payment_id: payment.payment_id, status, amount: toDecimal(amount), currency, reason };
}

function lastOf(messages: NotificationRow[]): object | null {
  const keyOf = ({ sent_at, notification_id }: NotificationRow) => `${sent_at} ${notification_id}`;
  const last = messages.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).at(-1);
  return last ? { type: last.type, channel: last.channel, subject: last.subject, sent_at: last.sent_at } : null;
}
