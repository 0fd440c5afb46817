import { describe, expect, test } from '@jest/globals';
import { CHECKS, checkAll } from '#bin/chaos/checks.ts';
import type { Evidence, OrderRow, PaymentRow, ReservationRow, RowEvent, StockRow } from '#bin/chaos/rows.ts';
import { flawlessEvidence } from './evidence.ts';

type Plant = (evidence: Evidence, at: Rows) => void;

interface Rows {
  sold: OrderRow;
  undone: OrderRow;
  reservationOf: { sold: ReservationRow; undone: ReservationRow };
  paymentOf: { sold: PaymentRow; undone: PaymentRow };
  stock: StockRow;
}

function rowsOf({ orders, reservations, payments, stocks }: Evidence): Rows {
  const [sold, undone] = orders as [OrderRow, OrderRow];
  const [reservationOfSold, reservationOfUndone] = reservations as [ReservationRow, ReservationRow];
  const [paymentOfSold, paymentOfUndone] = payments as [PaymentRow, PaymentRow];
  return {
    sold,
    undone,
    reservationOf: { sold: reservationOfSold, undone: reservationOfUndone },
    paymentOf: { sold: paymentOfSold, undone: paymentOfUndone },
    stock: stocks[0] as StockRow,
  };
}

const again = ({ events }: { events: RowEvent[] }, type: string) =>
  events.push({ event_type: type, occurred_at: '2026-01-01T00:00:04.000Z', data: {} });
const forget = (row: { events: RowEvent[] }, type: string) => {
  row.events = row.events.filter(({ event_type }) => event_type !== type);
};

/** What can have gone wrong, by the check that has to find it. */
const PLANTED: Record<string, Record<string, Plant>> = {
  money: {
    'a charge that was not given back': ({ ledger }) => Object.assign(ledger[1] as object, { status: 'charged' }),
    'a confirmed order that was never paid': ({ ledger }) => ledger.shift(),
    'another amount than the order costs': ({ ledger }) =>
      Object.assign(ledger[0] as object, { amount: { amount: 3_999, currency: 'USD' } }),
    'two charges for one order': ({ ledger }) => ledger.push({ ...ledger[0], pk: 'CHARGE#sold#2' }),
    'a charge for no order': ({ ledger }) => ledger.push({ ...ledger[0], pk: 'CHARGE#nobody' }),
    'a payment that the provider knows nothing of': (_, { paymentOf }) =>
      Object.assign(paymentOf.undone, { status: 'completed' }),
  },
  stock: {
    'a negative stock': ({ stocks }) => Object.assign(stocks[0] as object, { available: -1 }),
    'a stock that was negative once': ({ belowNothing }) => belowNothing.push('STOCK#pot: -1 on sale, 0 reserved'),
    'a piece too few': ({ stocks }) => Object.assign(stocks[1] as object, { available: 2 }),
    'a piece that came back twice': (_, { stock }) => Object.assign(stock, { available: 6 }),
    'a hold that nobody gave up': (_, { stock }) =>
      Object.assign(stock, { available: 3, reserved: 2, pending: { undone: 2 } }),
    'a reserved piece that no order holds': (_, { stock }) => Object.assign(stock, { available: 4, reserved: 1 }),
  },
  events: {
    'an event that the bus never took': ({ published }) => published.delete('ORDER#sold#2'),
    'an event that a subscriber never got': ({ handled }) => handled.clear(),
    'a fact that is recorded twice': (_, { paymentOf }) => {
      again(paymentOf.undone, 'payment.refunded');
      paymentOf.undone.version += 1;
    },
    'a version that counts other events': (_, { sold }) => Object.assign(sold, { version: 3 }),
    'a message that was not sent': ({ notifications }) => notifications.shift(),
    'a message that is still being sent': ({ notifications }) =>
      Object.assign(notifications[0] as object, { status: 'sending' }),
    'a second message': ({ notifications }) =>
      notifications.push({ ...(notifications[0] as Evidence['notifications'][number]), notification_id: 'second' }),
    'a message to somebody who is erased': ({ notifications }) =>
      notifications.push({
        ...(notifications[0] as Evidence['notifications'][number]),
        user_id: 'joe',
        notification_id: 'x',
      }),
    'a copy of an old price': ({ copies }) => Object.assign(copies[0] as object, { source_version: 1 }),
    'a copy with a wrong price': ({ copies }) =>
      Object.assign(copies[0] as object, { price: { amount: 1, currency: 'USD' } }),
  },
  termination: {
    'an order without an end': (_, { sold }) => Object.assign(sold, { status: 'pending' }),
    'an order that is being undone for ever': (_, { undone }) => Object.assign(undone, { status: 'cancelling' }),
    'an accepted order that is not there': ({ accepted }) => accepted.push('lost'),
    'a message that nobody takes': ({ leftovers }) => leftovers.push('1 messages in a queue'),
  },
  compensation: {
    'stock that was not released': (_, { reservationOf }) => forget(reservationOf.undone, 'inventory.released'),
    'stock that was released twice': (_, { reservationOf }) => again(reservationOf.undone, 'inventory.released'),
    'a reservation that is still there': (_, { reservationOf }) =>
      Object.assign(reservationOf.undone, { status: 'reserved' }),
    'money that was not refunded': (_, { paymentOf }) => forget(paymentOf.undone, 'payment.refunded'),
    'money that was refunded twice': (_, { paymentOf }) => again(paymentOf.undone, 'payment.refunded'),
    'an undo of what was sold': (_, { reservationOf }) => again(reservationOf.sold, 'inventory.released'),
    'a confirmation without stock': (_, { reservationOf }) => forget(reservationOf.sold, 'inventory.reserved'),
    'an order that was confirmed after it was cancelled': (_, { undone }) => again(undone, 'order.confirmed'),
  },
  view: {
    'an order that is missing': ({ views }) => views.get('jane')?.pop(),
    'an order of somebody else': ({ views }) => views.get('jane')?.push({ order_id: 'foreign' }),
    'an old status': ({ views }) => Object.assign(views.get('jane')?.[0] as object, { status: 'pending' }),
    'an old name of a product': ({ views }) =>
      Object.assign(views.get('jane')?.[1] as object, {
        items: [{ product_id: 'pot', name: 'Pot of then', quantity: 2, price: 20 }],
      }),
    'a payment that is not told': ({ views }) => Object.assign(views.get('jane')?.[1] as object, { payment: null }),
    'a message that is not told': ({ views }) =>
      Object.assign(views.get('jane')?.[0] as object, { last_message: null }),
    'the wrong order of orders': ({ views }) => views.get('jane')?.reverse(),
    'orders of somebody who is erased': ({ views }) => views.set('joe', [{ order_id: 'sold' }]),
  },
};

describe('the checks', () => {
  test('find nothing where all is well', () => {
    expect(checkAll(flawlessEvidence())).toEqual([]);
  });

  test('are all tried', () => {
    expect(Object.keys(PLANTED)).toEqual(Object.keys(CHECKS));
  });

  describe.each(Object.entries(PLANTED))('of %s', (check, planted) => {
    test.each(Object.entries(planted))('find %s', (_, plant) => {
      const evidence = flawlessEvidence();
      plant(evidence, rowsOf(evidence));

      const violations = CHECKS[check]?.(evidence) ?? [];

      expect(violations.length).toBeGreaterThan(0);
      expect(new Set(violations.map((violation) => violation.check))).toEqual(new Set([check]));
    });
  });

  test('leave money alone of an order that people have to look at', () => {
    const evidence = flawlessEvidence();
    const { sold } = rowsOf(evidence);
    Object.assign(sold, { status: 'needs_attention' });

    expect(CHECKS.money?.(evidence)).toEqual([]);
  });
});
