import { OrderRepairRequested } from '#events/order-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { isSettled } from './order.ts';
import { startOrderSaga } from './order-saga.ts';
import { readOrder } from './order-table.ts';

/** An operator has asked for it: starts the saga again, as if the order were new, or as if it were just cancelled. */
export const handler = subscriber(
  on(OrderRepairRequested, async ({ data, cause }) => {
    const order = await readOrder(data.order_id);
    if (!isSettled(order)) await startOrderSaga(order, 1, cause);
  }),
);
