import { describe, expect, test } from '@jest/globals';
import {
  beginCancelling,
  cancel,
  cancelByUser,
  confirm,
  type Decision,
  deliver,
  giveUp,
  isSettled,
  MixedCurrencies,
  type Order,
  type OrderStatus,
  place,
  repair,
  ship,
  UnknownProduct,
} from '#functions/order/order.ts';
import { repairOnce } from '#functions/order/repair.ts';
import { anOrder, aPlaceOrder, aProduct } from './builders.ts';

const now = new Date('2026-11-22T10:00:00.000Z');

describe('placing an order', () => {
  test('prices it from what the products cost now', () => {
    const items = [
      { product_id: 'cup', quantity: 2 },
      { product_id: 'pot', quantity: 1 },
    ];
    const pot = aProduct({ product_id: 'pot', name: 'Pot', price: { amount: 3490, currency: 'USD' } });

    const { order, facts } = place(aPlaceOrder({ items }), [pot, aProduct()], now);

    expect(order).toMatchObject({ status: 'pending', total: { amount: 5990, currency: 'USD' } });
    expect(order.items.map(({ name, price }) => [name, price.amount])).toEqual([
      ['Cup', 1250],
      ['Pot', 3490],
    ]);
    expect(facts).toEqual([
      { event_type: 'order.created', version: 1, data: expect.objectContaining({ order_id: 'o1', user_id: 'jane' }) },
    ]);
  });

  test('is refused for a product that is not on sale, naming the item', () => {
    const placing = () => place(aPlaceOrder({ items: [{ product_id: 'ghost', quantity: 1 }] }), [aProduct()], now);

    expect(placing).toThrow(UnknownProduct);
    expect(placing).toThrow(
      expect.objectContaining({ fieldErrors: [expect.objectContaining({ field: 'items.0.product_id' })] }),
    );
  });

  test('is refused for products of different currencies', () => {
    const items = [
      { product_id: 'cup', quantity: 1 },
      { product_id: 'tea', quantity: 1 },
    ];
    const tea = aProduct({ product_id: 'tea', price: { amount: 900, currency: 'EUR' } });

    expect(() => place(aPlaceOrder({ items }), [aProduct(), tea], now)).toThrow(MixedCurrencies);
  });
});

type Outcome = { status: OrderStatus; events: string[] } | null;
const stays = (status: OrderStatus): Outcome => ({ status, events: [] });

const becomes = (status: OrderStatus, event: string): Outcome => ({ status, events: [event] });

/** What each rule makes of an order in each state; `null` where it refuses. */
const transitions: Record<string, Record<OrderStatus, Outcome>> = {
  confirm: {
    pending: becomes('confirmed', 'order.confirmed'),
    confirmed: stays('confirmed'),
    cancelling: null,
    cancelled: null,
    shipped: stays('shipped'),
    delivered: stays('delivered'),
    needs_attention: null,
  },
  beginCancelling: {
    pending: becomes('cancelling', 'order.cancelling'),
    confirmed: null,
    cancelling: stays('cancelling'),
    cancelled: stays('cancelled'),
    shipped: null,
    delivered: null,
    needs_attention: stays('needs_attention'),
  },
  cancelByUser: {
    pending: becomes('cancelling', 'order.cancelling'),
    confirmed: becomes('cancelling', 'order.cancelling'),
    cancelling: stays('cancelling'),
    cancelled: stays('cancelled'),
    shipped: null,
    delivered: null,
    needs_attention: null,
  },
  cancel: {
    pending: null,
    confirmed: null,
    cancelling: becomes('cancelled', 'order.cancelled'),
    cancelled: stays('cancelled'),
    shipped: null,
    delivered: null,
    needs_attention: stays('needs_attention'),
  },
  ship: {
    pending: null,
    confirmed: becomes('shipped', 'order.status_changed'),
    cancelling: null,
    cancelled: null,
    shipped: stays('shipped'),
    delivered: null,
    needs_attention: null,
  },
  deliver: {
    pending: null,
    confirmed: null,
    cancelling: null,
    cancelled: null,
    shipped: becomes('delivered', 'order.status_changed'),
    delivered: stays('delivered'),
    needs_attention: null,
  },
  giveUp: {
    pending: becomes('needs_attention', 'order.needs_attention'),
    confirmed: stays('confirmed'),
    cancelling: becomes('needs_attention', 'order.needs_attention'),
    cancelled: stays('cancelled'),
    shipped: stays('shipped'),
    delivered: stays('delivered'),
    needs_attention: stays('needs_attention'),
  },
  retry: {
    pending: becomes('pending', 'order.repair_requested'),
    confirmed: null,
    cancelling: becomes('cancelling', 'order.repair_requested'),
    cancelled: null,
    shipped: null,
    delivered: null,
    needs_attention: becomes('cancelling', 'order.repair_requested'),
  },
  undo: {
    pending: becomes('cancelling', 'order.repair_requested'),
    confirmed: null,
    cancelling: becomes('cancelling', 'order.repair_requested'),
    cancelled: null,
    shipped: null,
    delivered: null,
    needs_attention: becomes('cancelling', 'order.repair_requested'),
  },
};

const asked = { by: 'jane', why: 'ticket 7' };

const rules: Record<string, (order: Order) => Decision | null> = {
  confirm,
  cancel,
  ship,
  deliver,
  beginCancelling: (order) => beginCancelling(order, 'payment_declined'),
  cancelByUser: (order) => cancelByUser(order, 'cancelled_by_user'),
  giveUp: (order) => giveUp(order, 'saga_did_not_end'),
  retry: (order) => repair(order, { action: 'retry', ...asked }),
  undo: (order) => repair(order, { action: 'undo', ...asked }),
};

describe.each(Object.entries(rules))('%s', (name, rule) => {
  test.each(Object.entries(transitions[name] ?? {}))('answers an order that is %s', (status, expected) => {
    const decision = rule(anOrder({ status: status as OrderStatus, reason: 'the first' }));

    const outcome = decision && {
      status: decision.order.status,
      events: decision.facts.map((fact) => fact.event_type),
    };
    expect(outcome).toEqual(expected);
  });
});

describe('an order that is being cancelled', () => {
  test('keeps its first reason when it is cancelled again for another', () => {
    const decision = beginCancelling(anOrder({ status: 'cancelling', reason: 'payment_declined' }), 'another');

    expect(decision?.order).toMatchObject({ reason: 'payment_declined' });
  });

  test('is not settled until everything is undone', () => {
    expect(isSettled(anOrder({ status: 'cancelling', reason: 'payment_declined' }))).toBe(false);
    expect(isSettled(anOrder({ status: 'cancelled', reason: 'payment_declined' }))).toBe(true);
  });
});

describe('who begins a cancellation', () => {
  test.each([
    ['saga', () => beginCancelling(anOrder(), 'payment_declined')],
    ['reservation_sweep', () => beginCancelling(anOrder(), 'saga_did_not_end', 'reservation_sweep')],
    ['user', () => cancelByUser(anOrder(), 'cancelled_by_user')],
  ])('is told by its event: %s', (by, decide) => {
    expect(decide()?.facts).toMatchObject([{ event_type: 'order.cancelling', data: { by } }]);
  });
});

describe('an order that was given up before anything was undone', () => {
  const givenUp = () => giveUp(anOrder(), 'saga_did_not_end').order;

  test('may go forward again', () => {
    expect(repair(givenUp(), { action: 'retry', ...asked })?.order).toEqual(anOrder());
  });

  test('is marked as being cancelled before anything is undone, so that no retry meets an undo', () => {
    const undone = beginCancelling(givenUp(), 'another')?.order as Order;

    expect(undone).toMatchObject({ status: 'cancelling' });
    expect(repair(undone, { action: 'retry', ...asked })?.order.status).toBe('cancelling');
    const again = giveUp(undone, 'saga_did_not_end').order;
    expect(repair(again, { action: 'retry', ...asked })?.order.status).toBe('cancelling');
  });
});

describe('a repair', () => {
  const occurred_at = now.toISOString();
  const stored = (order: Order, event_type: string) => ({
    ...order,
    events: [{ event_type, version: 1, data: {}, occurred_at }],
  });
  const eventsOf = (order: ReturnType<typeof stored>, action: 'retry' | 'undo', afterMs: number) =>
    repairOnce(order, { action, ...asked }, new Date(now.getTime() + afterMs))?.facts.length;

  test('is not begun again while it may be at work, unless for something else', () => {
    const repaired = stored(anOrder(), 'order.repair_requested');

    expect(eventsOf(repaired, 'retry', 299_999)).toBe(0);
    expect(eventsOf(repaired, 'retry', 300_000)).toBe(1);
    expect(eventsOf(repaired, 'undo', 1)).toBe(1);
  });

  test('does not wait for anything else that has happened', () => {
    expect(eventsOf(stored(anOrder(), 'order.created'), 'retry', 1)).toBe(1);
    expect(eventsOf(stored(anOrder({ status: 'confirmed' }), 'order.repair_requested'), 'retry', 1)).toBeUndefined();
  });

  test('tells why the order is cancelled', () => {
    const reasonAfter = (order: Order) => repair(order, { action: 'undo', ...asked })?.order;

    expect(reasonAfter(anOrder())).toMatchObject({ reason: 'cancelled_by_operator' });
    expect(reasonAfter(anOrder({ status: 'cancelling', reason: 'payment_declined' }))).toMatchObject({
      reason: 'payment_declined',
    });
  });
});
