import { InventoryReservationExpired } from '#events/inventory-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { beginCancelling, isSettled, type Order } from './order.ts';
import { startOrderSaga } from './order-saga.ts';
import { changeOrder } from './order-table.ts';

/**
 * Stock has been held for an order for too long, and inventory asks what becomes of it. One that is not confirmed by
 * now is cancelled; its undo, which releases the stock, starts from that event. One whose undo is over or was given up
 * is undone once more. One that is confirmed keeps its pieces: they are sold, and word of that is on its way.
 */
export const handler = subscriber(
  on(InventoryReservationExpired, async ({ data, cause }) => {
    const expire = (order: Order) => beginCancelling(order, 'saga_did_not_end', 'reservation_sweep');
    const order = await changeOrder(data.order_id, expire, { cause, now: new Date() });
    if (order && isSettled(order)) await startOrderSaga(order, 1, cause);
  }),
);
