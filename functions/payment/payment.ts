import type { Fact } from '#events/event.ts';
import type { Money } from '#events/money.ts';
import { PaymentCompleted, PaymentFailed, PaymentRefunded } from '#events/payment-events.ts';
import type { ChargeResult, RefundResult } from './payment-provider.ts';

interface Attempt {
  payment_id: string;
  order_id: string;
  user_id: string;
  amount: Money;
  payment_method: string;
}

/**
 * The payment of one order. `withdrawn` and `refunding` bar the way to a charge that comes late: the undo of a saga
 * may overtake a charge that is still under way.
 */
export type Payment = Attempt &
  (
    | { status: 'attempting' }
    | { status: 'completed'; charge_id: string }
    | { status: 'failed'; reason: string }
    | { status: 'refunding'; reason: string }
    | { status: 'refunded'; reason: string }
    | { status: 'withdrawn'; reason: string }
  );

export interface Decision {
  payment: Payment;
  facts: Fact[];
}

/** Before the provider is asked: so a charge is never made that no row knows of. */
export function attempt(command: Attempt): Decision {
  return { payment: { ...command, status: 'attempting' }, facts: [] };
}

/** Records the provider's answer. `null` when the payment is no longer being attempted. */
export function settle(payment: Payment, result: ChargeResult): Decision | null {
  if (payment.status !== 'attempting') return null;
  if (result.outcome === 'approved') {
    const completed: Payment = { ...payment, status: 'completed', charge_id: result.charge_id };
    return { payment: completed, facts: [PaymentCompleted.of(completed)] };
  }
  const failed: Payment = { ...payment, status: 'failed', reason: result.reason };
  return { payment: failed, facts: [PaymentFailed.of(failed)] };
}

/** Before the provider is asked for the money back. What has failed, or is undone already, stays as it is. */
export function beginRefund(payment: Payment, reason: string): Decision {
  switch (payment.status) {
    case 'attempting':
    case 'completed':
      return { payment: { ...payment, status: 'refunding', reason }, facts: [] };
    case 'refunding':
    case 'failed':
    case 'refunded':
    case 'withdrawn':
      return { payment, facts: [] };
    default:
      return payment satisfies never;
  }
}

/** Records what the provider found when asked for the money back. */
export function finishRefund(payment: Payment, result: RefundResult): Decision {
  if (payment.status !== 'refunding') return { payment, facts: [] };
  if (result.outcome === 'refunded') {
    const refunded: Payment = { ...payment, status: 'refunded' };
    return { payment: refunded, facts: [PaymentRefunded.of(refunded)] };
  }
  const failed: Payment = { ...payment, status: 'failed' };
  return { payment: failed, facts: [PaymentFailed.of(failed)] };
}

/** Leaves word that this order is not to be charged, where nothing was attempted. */
export function withdraw(command: Attempt, reason: string): Payment {
  return { ...command, status: 'withdrawn', reason };
}
