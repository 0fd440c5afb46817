import { OrderCancelling } from '#events/order-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { isSettled } from './order.ts';
import { startOrderSaga } from './order-saga.ts';
import { readOrder } from './order-table.ts';

/**
 * Undoes what a user, or the end of a reservation, has cancelled: starts the saga, which finds the order being
 * cancelled. A saga that cancels an order is undoing it itself.
 */
export const handler = subscriber(
  on(OrderCancelling, async ({ data, cause }) => {
    if (!data.by || data.by === 'saga') return;
    const order = await readOrder(data.order_id);
    if (!isSettled(order)) await startOrderSaga(order, 1, cause);
  }),
);
