import { OrderCreated } from '#events/order-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { isSettled } from './order.ts';
import { startOrderSaga } from './order-saga.ts';
import { readOrder } from './order-table.ts';

/** Starts the saga. An event that comes twice starts it twice, or finds the order settled: both are harmless. */
export const handler = subscriber(
  on(OrderCreated, async ({ data, cause }) => {
    const order = await readOrder(data.order_id);
    if (!isSettled(order)) await startOrderSaga(order, 1, cause);
  }),
);
