import type { Evidence, OrderRow, PaymentRow, ReservationRow, RowEvent } from '#bin/chaos/rows.ts';
import { idFromKey } from '#lib/runtime/ids.ts';

const PRICE = { amount: 2_000, currency: 'USD' };
const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

function events(...types: [type: string, second: number, data?: object][]): RowEvent[] {
  return types.map(([event_type, second, data = {}]) => ({ event_type, occurred_at: at(second), data: { ...data } }));
}

function history(pk: string, ...told: Parameters<typeof events>) {
  const all = events(...told);
  return { pk, version: all.length, events: all };
}

function order(id: string, status: string, told: Parameters<typeof events>): OrderRow {
  return {
    ...history(`ORDER#${id}`, ...told),
    order_id: id,
    user_id: 'jane',
    status,
    items: [{ product_id: 'pot', name: 'Pot of then', quantity: 2, price: PRICE }],
    total: { amount: 4_000, currency: 'USD' },
    created_at: at(0),
  };
}

function reservation(id: string, status: string, ...types: string[]): ReservationRow {
  const told = types.map((type) => [type, 1] as [string, number]);
  const items = [{ product_id: 'pot', quantity: 2 }];
  return { ...history(`RESERVATION#${id}`, ...told), order_id: id, status, items };
}

function payment(id: string, status: string, told: Parameters<typeof events>): PaymentRow {
  const amount = { amount: 4_000, currency: 'USD' };
  return { ...history(`PAYMENT#${id}`, ...told), order_id: id, payment_id: `pay-${id}`, status, amount };
}

function message(order_id: string, eventId: string, type: string) {
  const notification_id = idFromKey(eventId, 'email');
  return {
    ...history(`NOTIFICATION#${notification_id}`, ['notification.sent', 6]),
    notification_id,
    order_id,
    user_id: 'jane',
    type,
    channel: 'email',
    subject: `About ${order_id}`,
    status: 'sent',
    sent_at: at(6),
  };
}

function shown(order_id: string, rest: object) {
  return {
    order_id,
    total: 40,
    currency: 'USD',
    created_at: at(0),
    updated_at: at(6),
    items: [{ product_id: 'pot', name: 'Pot of now', quantity: 2, price: 20 }],
    ...rest,
  };
}

const shownMessage = (order_id: string, type: string) => ({
  type,
  channel: 'email',
  subject: `About ${order_id}`,
  sent_at: at(6),
});

/** Of a campaign in which all went well: one order is sold, one was paid too late and undone. */
export function flawlessEvidence(): Evidence {
  const sold = order('sold', 'confirmed', [
    ['order.created', 0],
    ['order.confirmed', 3],
  ]);
  const undone = order('undone', 'cancelled', [
    ['order.created', 0],
    ['order.cancelling', 3, { reason: 'late' }],
    ['order.cancelled', 5, { reason: 'late' }],
  ]);
  const orders = [sold, undone];
  const notifications = [
    message('sold', 'ORDER#sold#2', 'order.confirmed'),
    message('undone', 'ORDER#undone#3', 'order.cancelled'),
  ];
  const known = orders.flatMap(({ pk, events: told }) =>
    told.map(({ event_type: type }, index) => ({ event_id: `${pk}#${index + 1}`, type, user_id: 'jane' })),
  );
  return {
    accepted: ['sold', 'undone'],
    stocked: new Map([['pot', 10]]),
    orders,
    reservations: [
      reservation('sold', 'committed', 'inventory.reserved', 'inventory.committed'),
      reservation('undone', 'released', 'inventory.reserved', 'inventory.released'),
    ],
    stocks: [
      { pk: 'STOCK#pot', product_id: 'pot', shard: 0, available: 5, reserved: 0, pending: {} },
      { pk: 'STOCK#pot#1', product_id: 'pot', shard: 1, available: 3, reserved: 0, pending: {} },
    ],
    payments: [
      payment('sold', 'completed', [['payment.completed', 2]]),
      payment('undone', 'refunded', [
        ['payment.completed', 2],
        ['payment.refunded', 4, { reason: 'late' }],
      ]),
    ],
    ledger: [
      { pk: 'CHARGE#sold', status: 'charged', amount: { amount: 4_000, currency: 'USD' } },
      { pk: 'CHARGE#undone', status: 'refunded', amount: { amount: 4_000, currency: 'USD' } },
    ],
    notifications,
    products: [{ product_id: 'pot', name: 'Pot of now', price: PRICE, version: 2 }],
    copies: [{ service: 'order', product_id: 'pot', name: 'Pot of now', price: PRICE, source_version: 2 }],
    customers: [
      { user_id: 'jane', erased: false },
      { user_id: 'joe', erased: true },
    ],
    views: new Map([
      [
        'jane',
        [
          shown('undone', {
            status: 'cancelled',
            reason: 'late',
            payment: { payment_id: 'pay-undone', status: 'refunded', amount: 40, currency: 'USD', reason: 'late' },
            last_message: shownMessage('undone', 'order.cancelled'),
          }),
          shown('sold', {
            status: 'confirmed',
            payment: { payment_id: 'pay-sold', status: 'completed', amount: 40, currency: 'USD', reason: null },
            last_message: shownMessage('sold', 'order.confirmed'),
          }),
        ],
      ],
    ]),
    events: known,
    published: new Set(known.map(({ event_id }) => event_id)),
    subscriptions: [{ subscriber: 'inventory/on-order-confirmed', types: ['order.confirmed'] }],
    handled: new Map([['inventory/on-order-confirmed ORDER#sold#2', 2]]),
    belowNothing: [],
    leftovers: [],
  };
}
