import * as z from 'zod/mini';
import { sagaStep } from '#lib/runtime/saga-step.ts';
import { beginCancelling, reasonOf } from './order.ts';
import { OrderStep } from './order-messages.ts';
import { changeOrder } from './order-table.ts';

const BeginCancelling = z.extend(OrderStep, { reason: z.string() });

/**
 * First step of the undo: from here on nobody can confirm the order, so what is undone stays undone.
 * `refused` when the order is confirmed already: then there is nothing to undo. Where the order was being cancelled
 * before, the rest of the undo gives the reason of then.
 */
export const handler = sagaStep(BeginCancelling, async ({ order_id, reason }, context) => {
  const order = await changeOrder(order_id, (before) => beginCancelling(before, reason), context);
  if (!order) return { outcome: 'refused' };
  const first = reasonOf(order) ?? reason;
  return { outcome: 'cancelling', ...(first !== reason && { reason: first }) };
});
