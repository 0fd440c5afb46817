import { sagaStep } from '#lib/runtime/saga-step.ts';
import { confirm } from './order.ts';
import { OrderStep } from './order-messages.ts';
import { changeOrder } from './order-table.ts';

/** Saga step: stock is held and paid for. `refused` when the order is being cancelled meanwhile. */
export const handler = sagaStep(OrderStep, async ({ order_id }, context) => {
  const order = await changeOrder(order_id, confirm, context);
  return order ? { outcome: 'confirmed' } : { outcome: 'refused', reason: 'cancelled_meanwhile' };
});
