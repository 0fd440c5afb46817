import * as z from 'zod/mini';
import { sagaStep } from '#lib/runtime/saga-step.ts';
import { beginCancelling } from './order.ts';
import { OrderStep } from './order-messages.ts';
import { changeOrder } from './order-table.ts';

const BeginCancelling = z.extend(OrderStep, { reason: z.string() });

/**
 * First step of the undo: from here on nobody can confirm the order, so what is undone stays undone.
 * `refused` when the order is confirmed already: then there is nothing to undo.
 */
export const handler = sagaStep(BeginCancelling, async ({ order_id, reason }, context) => {
  const order = await changeOrder(order_id, (before) => beginCancelling(before, reason), context);
  return { outcome: order ? 'cancelling' : 'refused' };
});
