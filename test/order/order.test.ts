import { describe, expect, test } from '@jest/globals';
import {
  beginCancelling,
  cancel,
  confirm,
  giveUp,
  isSettled,
  MixedCurrencies,
  type OrderStatus,
  place,
  UnknownProduct,
} from '#functions/order/order.ts';
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

/** What each rule makes of an order in each state; `null` where it refuses. */
const transitions: Record<string, Record<OrderStatus, Outcome>> = {
  confirm: {
    pending: { status: 'confirmed', events: ['order.confirmed'] },
    confirmed: stays('confirmed'),
    cancelling: null,
    cancelled: null,
    needs_attention: null,
  },
  beginCancelling: {
    pending: { status: 'cancelling', events: ['order.cancelling'] },
    confirmed: null,
    cancelling: stays('cancelling'),
    cancelled: stays('cancelled'),
    needs_attention: stays('needs_attention'),
  },
  cancel: {
    pending: null,
    confirmed: null,
    cancelling: { status: 'cancelled', events: ['order.cancelled'] },
    cancelled: stays('cancelled'),
    needs_attention: stays('needs_attention'),
  },
  giveUp: {
    pending: { status: 'needs_attention', events: ['order.needs_attention'] },
    confirmed: stays('confirmed'),
    cancelling: { status: 'needs_attention', events: ['order.needs_attention'] },
    cancelled: stays('cancelled'),
    needs_attention: stays('needs_attention'),
  },
};

const rules = {
  confirm,
  cancel,
  beginCancelling: (order: Parameters<typeof confirm>[0]) => beginCancelling(order, 'payment_declined'),
  giveUp: (order: Parameters<typeof confirm>[0]) => giveUp(order, 'saga_did_not_end'),
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
