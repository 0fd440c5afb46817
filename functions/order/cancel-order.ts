import { sagaStep } from '#lib/runtime/saga-step.ts';
import { cancel } from './order.ts';
import { OrderStep } from './order-messages.ts';
import { changeOrder } from './order-table.ts';

/** Last step of the undo: stock is released, nothing is charged. */
export const handler = sagaStep(OrderStep, async ({ order_id }, context) => {
  const order = await changeOrder(order_id, cancel, context);
  return { outcome: order ? 'cancelled' : 'refused' };
});
