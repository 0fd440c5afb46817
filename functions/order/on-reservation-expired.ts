import { InventoryReservationExpired } from '#events/inventory-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { beginCancelling, type Order } from './order.ts';
import { startOrderSaga } from './order-saga.ts';
import { changeOrder } from './order-table.ts';

/**
 * Stock has been held for an order for too long. One that is not confirmed by now never will be: it is undone, and that
 * releases the stock, also where an undo was given up. One that is confirmed keeps its pieces: they are sold, and the
 * news of that is on its way to inventory.
 */
export const handler = subscriber(
  on(InventoryReservationExpired, async ({ data, cause }) => {
    const expired = (order: Order) => beginCancelling(order, 'reservation_expired');
    const order = await changeOrder(data.order_id, expired, { cause, now: new Date() });
    if (order) await startOrderSaga(order, 1, cause);
  }),
);
