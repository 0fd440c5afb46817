import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';
import { Money } from '#events/money.ts';
import { newId } from '#lib/runtime/ids.ts';
import { sagaStep } from '#lib/runtime/saga-step.ts';
import { askBack } from './ask-back.ts';
import { chosenProvider } from './chosen-provider.ts';
import { beginRefund, finishRefund, withdraw } from './payment.ts';
import { changePayment, openPayment } from './payment-table.ts';

const RefundPayment = z.object({
  order_id: z.string(),
  user_id: z.string(),
  total: Money,
  payment_method: z.string(),
  reason: z.string(),
  cause: Cause,
});

/**
 * Undo of take-payment: gives the money back, or makes sure that none will be taken. It does not need to know how far
 * the payment came: also what is unknown, such as a charge that was never answered, ends as refunded or as failed.
 */
export const handler = sagaStep(
  RefundPayment,
  async ({ order_id, user_id, total, payment_method, reason }, context) => {
    const provider = await chosenProvider();
    const command = { payment_id: newId(), order_id, user_id, amount: total, payment_method, cause: context.cause };
    await openPayment(withdraw({ ...command, provider: provider.name }, reason));
    const payment = await changePayment(order_id, (before) => beginRefund(before, reason), context);
    if (payment?.status !== 'refunding') return { outcome: payment?.status };
    const result = await askBack(provider, payment);
    const refunded = await changePayment(order_id, (before) => finishRefund(before, result), context);
    return { outcome: refunded?.status };
  },
);
