import { describe, expect, test } from '@jest/globals';
import {
  attempt,
  beginRefund,
  finishRefund,
  hear,
  hearRefund,
  isUnwanted,
  type Payment,
  settle,
  withdraw,
} from '#functions/payment/payment.ts';
import type { ProviderNews } from '#functions/payment/payment-provider.ts';

const command = {
  payment_id: 'p1',
  order_id: 'o1',
  user_id: 'jane',
  amount: { amount: 2500, currency: 'USD' },
  payment_method: 'card_ok',
};
const aPayment = (state: object) => ({ ...command, ...state }) as Payment;
const attempting = attempt(command).payment;

describe('a payment being attempted', () => {
  test('is completed when the provider approves', () => {
    const decision = settle(attempting, { outcome: 'approved', charge_id: 'c1' });

    expect(decision?.payment.status).toBe('completed');
    expect(decision?.facts.map((fact) => fact.event_type)).toEqual(['payment.completed']);
  });

  test('fails when the provider declines', () => {
    const decision = settle(attempting, { outcome: 'declined', reason: 'payment_declined' });

    expect(decision?.payment).toMatchObject({ status: 'failed', reason: 'payment_declined' });
    expect(decision?.facts.map((fact) => fact.event_type)).toEqual(['payment.failed']);
  });
});

describe('a charge that is answered late', () => {
  test.each(['completed', 'failed', 'refunding', 'refunded', 'withdrawn'])(
    'changes nothing when the payment is %s',
    (status) => {
      expect(settle(aPayment({ status, reason: 'r' }), { outcome: 'approved', charge_id: 'c1' })).toBeNull();
    },
  );
});

describe('the undo of a payment', () => {
  test.each([
    ['attempting', 'refunding'],
    ['completed', 'refunding'],
    ['refunding', 'refunding'],
    ['failed', 'failed'],
    ['refunded', 'refunded'],
    ['withdrawn', 'withdrawn'],
  ])('finds it %s and leaves it %s', (before, after) => {
    const { payment, facts } = beginRefund(aPayment({ status: before, reason: 'first' }), 'payment_timeout');

    expect(payment.status).toBe(after);
    expect(facts).toEqual([]);
  });

  test('ends as refunded when money had been taken', () => {
    const { payment, facts } = finishRefund(aPayment({ status: 'refunding', reason: 'r' }), { outcome: 'refunded' });

    expect(payment.status).toBe('refunded');
    expect(facts.map((fact) => fact.event_type)).toEqual(['payment.refunded']);
  });

  test('ends as failed when no money had been taken', () => {
    const refunding = aPayment({ status: 'refunding', reason: 'payment_unavailable' });

    const { payment, facts } = finishRefund(refunding, { outcome: 'nothing_charged' });

    expect(payment).toMatchObject({ status: 'failed', reason: 'payment_unavailable' });
    expect(facts.map((fact) => fact.event_type)).toEqual(['payment.failed']);
  });

  test('is told once, however often it is finished', () => {
    expect(finishRefund(aPayment({ status: 'refunded', reason: 'r' }), { outcome: 'refunded' }).facts).toEqual([]);
  });

  test('leaves word where nothing was attempted', () => {
    expect(withdraw(command, 'insufficient_inventory')).toMatchObject({ status: 'withdrawn' });
  });
});

describe('news of the provider', () => {
  const approved = { outcome: 'approved', charge_id: 'c1' } as const;
  const declined = { outcome: 'declined', reason: 'payment_declined' } as const;
  const refunded = { outcome: 'refunded' } as const;
  const news = (result: ProviderNews['result'], event_id = 'e1'): ProviderNews => ({ event_id, key: 'o1', result });

  test.each([
    ['attempting', approved, 'completed', ['payment.completed']],
    ['attempting', declined, 'failed', ['payment.failed']],
    ['attempting', refunded, 'refunded', ['payment.refunded']],
    ['completed', approved, 'completed', []],
    ['completed', declined, 'completed', []],
    ['completed', refunded, 'refunded', ['payment.refunded']],
    ['failed', approved, 'refunding', []],
    ['failed', declined, 'failed', []],
    ['failed', refunded, 'failed', []],
    ['withdrawn', approved, 'refunding', []],
    ['withdrawn', declined, 'withdrawn', []],
    ['withdrawn', refunded, 'withdrawn', []],
    ['refunding', approved, 'refunding', []],
    ['refunding', declined, 'refunding', []],
    ['refunding', refunded, 'refunded', ['payment.refunded']],
    ['refunded', approved, 'refunded', []],
    ['refunded', declined, 'refunded', []],
    ['refunded', refunded, 'refunded', []],
  ])('find it %s, say %j, leave it %s', (before, result, after, facts) => {
    const payment = aPayment({ status: before, reason: 'first', charge_id: 'c1' });

    const decision = hear(payment, news(result));

    expect(decision.payment.status).toBe(after);
    expect(decision.facts.map(({ event_type }) => event_type)).toEqual(facts);
    expect(hear(decision.payment, news(result))).toEqual({ payment: decision.payment, facts: [] });
  });

  test('of a charge that was called off ask for its money, until it is back', () => {
    const reopened = hear(aPayment({ status: 'failed', reason: 'payment_timeout' }), news(approved)).payment;
    expect(isUnwanted(reopened, news(approved))).toBe(true);
    expect(isUnwanted(hear(reopened, news(approved)).payment, news(approved))).toBe(true);

    const { payment, facts } = hearRefund(reopened, news(approved), refunded);

    expect(payment).toMatchObject({ status: 'refunded', reason: 'payment_timeout', charge_id: 'c1', heard: ['e1'] });
    expect(facts.map(({ event_type }) => event_type)).toEqual(['payment.refunded']);
    expect(isUnwanted(payment, news(approved))).toBe(false);
  });

  test('of the charge that was refunded ask for nothing, of another one they do', () => {
    const payment = aPayment({ status: 'refunded', reason: 'r', charge_id: 'c1' });

    expect(isUnwanted(payment, news(approved))).toBe(false);
    expect(isUnwanted(payment, news({ ...approved, charge_id: 'c2' }))).toBe(true);
  });

  test('that were heard and are told again do not bring back what was undone since', () => {
    const completed = hear(attempting, news(approved)).payment;
    const undone = finishRefund(beginRefund(completed, 'cancelled_by_user').payment, { outcome: 'nothing_charged' });

    expect(undone.payment).toMatchObject({ status: 'failed', heard: ['e1'] });
    expect(hear(undone.payment, news(approved))).toEqual({ payment: undone.payment, facts: [] });
  });

  test('that changed nothing are not remembered, of those that did the last ten are', () => {
    expect(hear(aPayment({ status: 'completed', charge_id: 'c1' }), news(approved)).payment.heard).toBeUndefined();

    const heard = Array.from({ length: 10 }, (_, n) => `old${n}`);
    expect(hear(aPayment({ status: 'attempting', heard }), news(approved)).payment.heard).toEqual([
      ...heard.slice(1),
      'e1',
    ]);
  });
});
