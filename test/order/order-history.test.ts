import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rebuild } from '#bin/rebuild/compare.ts';
import {
  beginCancelling,
  cancel,
  cancelByUser,
  confirm,
  type Decision,
  deliver,
  giveUp,
  type Order,
  place,
  repair,
  ship,
} from '#functions/order/order.ts';
import { evolve, fold, type HistoryEntry } from '#functions/order/order-history.ts';
import { aPlaceOrder, aProduct } from './builders.ts';

const now = new Date('2026-11-22T10:00:00.000Z');
const occurred_at = now.toISOString();

type Rule = (order: Order, reason: string) => Decision | null;
const asked = { by: 'jane', why: 'ticket 7' };
const retry: Rule = (order) => repair(order, { action: 'retry', ...asked });
const undo: Rule = (order) => repair(order, { action: 'undo', ...asked });
const RULES: Rule[] = [retry, undo, confirm, beginCancelling, cancelByUser, cancel, ship, deliver, giveUp];

const steps = fc.array(fc.tuple(fc.constantFrom(...RULES), fc.stringMatching(/^[a-z_]{1,12}$/)), { maxLength: 12 });

/** Asks one rule after the other, as they come, and keeps what they decide. */
function live(sequence: [Rule, string][]): { order: Order; events: HistoryEntry[] } {
  const placed = place(aPlaceOrder(), [aProduct()], now);
  let { order } = placed;
  const events: HistoryEntry[] = placed.facts.map((fact) => ({ ...fact, occurred_at }));
  for (const [rule, reason] of sequence) {
    const decision = rule(order, reason);
    if (!decision) continue;
    order = decision.order;
    events.push(...decision.facts.map((fact) => ({ ...fact, occurred_at })));
  }
  return { order, events };
}

describe('the history of an order', () => {
  test('tells its state, whatever rules were asked in whatever order', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const { order, events } = live(sequence);

        expect(fold(events)).toEqual(order);
      }),
    );
  });

  test('leads from confirmed to cancelled only by a user', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const { events } = live(sequence);
        const types = events.map(({ event_type }) => event_type);

        const cancelling = events[types.indexOf('order.cancelling', types.indexOf('order.confirmed') + 1)];
        const wasConfirmed = types.includes('order.confirmed');

        if (wasConfirmed && cancelling) expect(cancelling.data).toMatchObject({ by: 'user' });
      }),
    );
  });

  test('never leads from cancelling back to where it could be confirmed', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const { events } = live(sequence);
        const statuses = events.map((_, index) => fold(events.slice(0, index + 1)).status);
        const cancelling = statuses.indexOf('cancelling');

        if (cancelling === -1) return;
        const after = new Set(statuses.slice(cancelling));
        for (const status of ['pending', 'confirmed', 'shipped'] as const) expect(after.has(status)).toBe(false);
      }),
    );
  });

  test('cannot begin in the middle, or hold what nobody knows', () => {
    const { order } = live([]);

    expect(() => fold([])).toThrow('without events');
    expect(() => fold([{ event_type: 'order.confirmed', version: 1, data: {} }])).toThrow('begins with order.created');
    expect(() => evolve(order, { event_type: 'order.eaten', version: 1, data: {} })).toThrow('order.eaten');
  });
});

describe('rebuilding an order', () => {
  const aRow = () => {
    const { order, events } = live([
      [confirm, ''],
      [cancelByUser, 'cancelled_by_user'],
    ]);
    return { ...order, pk: 'ORDER#o1', version: events.length, events, request_fingerprint: 'x' };
  };

  test('finds a row that is as its events say', () => {
    expect(rebuild(aRow())).toEqual([]);
  });

  test.each([
    ['status', { status: 'confirmed' as const }],
    ['reason', { reason: 'another' }],
    ['total', { total: { amount: 1, currency: 'USD' } }],
    ['version', { version: 7 }],
  ])('finds another %s', (field, change) => {
    const row = { ...aRow(), ...change } as ReturnType<typeof aRow>;

    expect(rebuild(row)).toMatchObject([{ order_id: 'o1', field }]);
  });

  test('finds events that tell no story', () => {
    expect(rebuild({ ...aRow(), events: [] })).toMatchObject([{ order_id: 'o1', field: 'events' }]);
  });
});
