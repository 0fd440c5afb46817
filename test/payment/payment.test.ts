import { describe, expect, test } from '@jest/globals';
import { attempt, beginRefund, finishRefund, type Payment, settle, withdraw } from '#functions/payment/payment.ts';

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
