import type { Cause, Fact } from '#events/event.ts';
import type { Money } from '#events/money.ts';
import { PaymentCompleted, PaymentFailed, PaymentRefunded } from '#events/payment-events.ts';
import type { ChargeResult, ProviderNews, RefundResult } from './payment-provider.ts';

interface Attempt {
  payment_id: string;
  order_id: string;
  user_id: string;
  amount: Money;
  payment_method: string;
  /** Who moves the money; rows from before it was said have it from the sandbox. */
  provider?: string;
  /** Of the attempt: what the provider tells late is an outcome of it, and has the same cause as one told in time. */
  cause?: Cause;
  /** Known when the provider has told it, and kept when the money goes back. */
  charge_id?: string;
  /** Ids of the provider's news that have changed something, the last few. */
  heard?: string[];
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

/** A payment that is the same object as before is not written. */
export interface Decision {
  payment: Payment;
  facts: Fact[];
}

/** How many of the provider's news a payment remembers: there are hardly more than three. */
const REMEMBERED_NEWS = 10;

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
  if (result.outcome === 'refunded') return refunded(payment, payment.reason);
  const failed: Payment = { ...payment, status: 'failed' };
  return { payment: failed, facts: [PaymentFailed.of(failed)] };
}

/** Leaves word that this order is not to be charged, where nothing was attempted. */
export function withdraw(command: Attempt, reason: string): Payment {
  return { ...command, status: 'withdrawn', reason };
}

/** What the provider tells by itself is heard once, whatever the saga has made of the payment by then. */
export function hear(payment: Payment, { event_id, result }: ProviderNews): Decision {
  if (payment.heard?.includes(event_id)) return { payment, facts: [] };
  return remembering(payment, learn(payment, result), event_id);
}

function learn(payment: Payment, result: ProviderNews['result']): Decision {
  const known = { payment, facts: [] };
  switch (result.outcome) {
    case 'approved':
      return settle(payment, result) ?? reopen(payment, result.charge_id);
    case 'declined':
      return settle(payment, result) ?? known;
    case 'refunded':
      // Somebody has done it at the provider's own desk: what we ask for ourselves is `refunding` before.
      if (payment.status === 'attempting' || payment.status === 'completed') {
        return refunded(payment, 'refunded_by_provider');
      }
      return finishRefund(payment, result);
    default:
      return result satisfies never;
  }
}

/** There is a charge though the payment was to be none: its money has to go back. */
function reopen(payment: Payment, charge_id: string): Decision {
  const isOver = payment.status === 'failed' || payment.status === 'withdrawn';
  return { payment: isOver ? { ...payment, status: 'refunding', charge_id } : payment, facts: [] };
}

/**
 * Whether the news is of a charge whose money has to be asked back: also where the undo is asking for it at this
 * moment, perhaps having been told that there was none.
 */
export function isUnwanted(payment: Payment, { result }: ProviderNews): boolean {
  if (result.outcome !== 'approved') return false;
  return payment.status === 'refunding' || (payment.status === 'refunded' && payment.charge_id !== result.charge_id);
}

/** Records what came of asking for the money of an unwanted charge. */
export function hearRefund(payment: Payment, { event_id }: ProviderNews, result: RefundResult): Decision {
  return remembering(payment, finishRefund(payment, result), event_id);
}

/** Not while the money is on its way back: should that fail, the news has to be heard again. */
function remembering(before: Payment, { payment, facts }: Decision, event_id: string): Decision {
  if (payment === before || payment.status === 'refunding') return { payment, facts };
  return { payment: { ...payment, heard: [...(payment.heard ?? []), event_id].slice(-REMEMBERED_NEWS) }, facts };
}

function refunded(payment: Payment, reason: string): Decision {
  const over: Payment = { ...payment, status: 'refunded', reason };
  return { payment: over, facts: [PaymentRefunded.of(over)] };
}
