import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';
import { Money } from '#events/money.ts';
import { newId } from '#lib/runtime/ids.ts';
import { sagaStep } from '#lib/runtime/saga-step.ts';
import { attempt, type Payment, settle } from './payment.ts';
import { changePayment, openPayment, readPayment } from './payment-table.ts';
import { sandboxProvider as provider } from './sandbox-provider.ts';

const TakePayment = z.object({
  order_id: z.string(),
  user_id: z.string(),
  total: Money,
  payment_method: z.string(),
  cause: Cause,
});

/**
 * Saga step: charges the customer, once per order. Repeated, it tells what came of the first time.
 * Undone by refund-payment.
 */
export const handler = sagaStep(TakePayment, async ({ order_id, user_id, total, payment_method }, context) => {
  const begun = attempt({ payment_id: newId(), order_id, user_id, amount: total, payment_method });
  const payment = await openPayment(begun.payment);
  if (payment.status !== 'attempting') return outcomeOf(payment);
  const result = await provider.charge({ key: order_id, amount: total, payment_method });
  const settled = await changePayment(order_id, (before) => settle(before, result), context);
  if (settled) return outcomeOf(settled);
  return settleLate(order_id);
});

/** The undo overtook the charge: whatever this call charged is given back. */
async function settleLate(orderId: string) {
  const payment = await readPayment(orderId);
  if (payment.status !== 'completed') await provider.refund(orderId);
  return outcomeOf(payment);
}

function outcomeOf(payment: Payment) {
  if (payment.status === 'completed') return { outcome: 'paid' };
  return { outcome: 'refused', reason: 'reason' in payment ? payment.reason : 'payment_unavailable' };
}
