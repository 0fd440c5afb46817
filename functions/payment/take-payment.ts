import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';
import { Money } from '#events/money.ts';
import { newId } from '#lib/runtime/ids.ts';
import { sagaStep } from '#lib/runtime/saga-step.ts';
import { chosenProvider } from './chosen-provider.ts';
import { attempt, type Payment, settle } from './payment.ts';
import { changePayment, openPayment, readPayment } from './payment-table.ts';

const TakePayment = z.object({
  order_id: z.string(),
  user_id: z.string(),
  total: Money,
  payment_method: z.string(),
  cause: Cause,
});

/**
 * Saga step: charges the customer, once per order. Repeated, it tells what came of the first time.
 * Undone by refund-payment. What the provider tells late comes by receive-webhook, before this or after it.
 */
export const handler = sagaStep(TakePayment, async ({ order_id, user_id, total, payment_method }, context) => {
  const provider = await chosenProvider();
  const command = { payment_id: newId(), order_id, user_id, amount: total, payment_method, cause: context.cause };
  const payment = await openPayment(attempt({ ...command, provider: provider.name }).payment);
  if (payment.status !== 'attempting') return outcomeOf(payment);
  const charge = { key: order_id, amount: total, payment_method };
  const result = await provider.charge(charge);
  const settled = await changePayment(order_id, (before) => settle(before, result), context);
  if (settled) return outcomeOf(settled);
  const overtaken = await readPayment(order_id);
  // By the undo: whatever this call charged is given back. Or by the news of the same charge: then all is well.
  const isUnwanted = result.outcome === 'approved' && overtaken.status !== 'completed';
  if (isUnwanted) await provider.refund({ ...charge, charge_id: result.charge_id });
  return outcomeOf(overtaken);
});

function outcomeOf(payment: Payment) {
  if (payment.status === 'completed') return { outcome: 'paid' };
  return { outcome: 'refused', reason: 'reason' in payment ? payment.reason : 'payment_unavailable' };
}
