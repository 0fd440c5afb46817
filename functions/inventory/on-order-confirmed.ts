import { OrderConfirmed } from '#events/order-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { commit } from './reservation.ts';
import { changeReservation } from './reservation-table.ts';
import { takeOut } from './stock-table.ts';

/** Takes what a confirmed order holds out of the stock: it is sold. */
export const handler = subscriber(
  on(OrderConfirmed, async ({ data, cause }) => {
    const reservation = await changeReservation(data.order_id, commit, { cause, now: new Date() });
    if (!reservation) throw new Error(`Order ${data.order_id} is confirmed, but nothing is held for it.`);
    for (const item of reservation.items) await takeOut(data.order_id, item);
  }),
);
