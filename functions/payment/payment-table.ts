import type { Cause } from '#events/event.ts';
import { PaymentFailed } from '#events/payment-events.ts';
import { putRevision, readRow } from '#lib/runtime/aws/table.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { countMetric } from '#lib/runtime/metrics.ts';
import { type OutboxRow, type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import type { Decision, Payment } from './payment.ts';

export type StoredPayment = Payment & { version: number; events: RecordedEvent[]; revision: number };

const paymentKey = (orderId: string) => ({ pk: `PAYMENT#${orderId}` });

/** Writes the first row of an order's payment; resolves to the one that stands, this or an earlier one. */
export async function openPayment(payment: Payment): Promise<StoredPayment> {
  const row = { ...payment, version: 0, events: [], revision: 1 };
  const isFirst = await putRevision({ ...row, ...paymentKey(payment.order_id) });
  return isFirst ? row : readPayment(payment.order_id);
}

/** Throws {@link NotFound} when the order has never come to its payment. */
export async function readPayment(orderId: string): Promise<StoredPayment> {
  const payment = await findPayment(orderId);
  if (!payment) throw new NotFound('payment');
  return payment;
}

export async function findPayment(orderId: string): Promise<StoredPayment | undefined> {
  const row = await readRow<StoredPayment & OutboxRow>(paymentKey(orderId));
  if (!row) return undefined;
  const { pk: _pk, ...payment } = row;
  return payment as StoredPayment;
}

/**
 * Applies a rule to the payment and writes what it decides, with its events, unless the payment changed in between:
 * then the rule is asked again. Resolves to the payment, or to `null` when the rule refuses.
 */
export async function changePayment(
  orderId: string,
  rule: (payment: Payment) => Decision | null,
  { cause, now }: { cause: Cause; now: Date },
): Promise<StoredPayment | null> {
  for (;;) {
    const before = await readPayment(orderId);
    const decision = rule(before);
    if (!decision) return null;
    if (decision.payment === before) return before;
    const events = [...before.events, ...recorded(decision.facts, cause, now)];
    const after = { ...decision.payment, events, version: events.length, revision: before.revision + 1 };
    if (!(await putRevision({ ...after, ...paymentKey(orderId) }))) continue;
    if (isDeclined(decision)) countMetric('PaymentsDeclined');
    return after;
  }
}

/** By its provider, and not because nobody could be asked. */
function isDeclined({ payment, facts }: Decision): boolean {
  const hasFailed = facts.some(({ event_type }) => event_type === PaymentFailed.type);
  return hasFailed && payment.status === 'failed' && payment.reason === 'payment_declined';
}
