import { OrderConfirmed } from '#events/order-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { commit, finishCommit } from './reservation.ts';
import { changeReservation } from './reservation-table.ts';
import { forgetSale, takeOut } from './stock-table.ts';

/** Takes what a confirmed order holds out of the stock: it is sold. */
export const handler = subscriber(
  on(OrderConfirmed, async ({ data: { order_id }, cause }) => {
    const context = { cause, now: new Date() };
    const reservation = await changeReservation(order_id, commit, context);
    if (!reservation) throw new Error(`Order ${order_id} is confirmed, but nothing is held for it.`);
    if (reservation.status === 'committing') {
      for (const hold of reservation.holds) await takeOut(order_id, hold);
      await changeReservation(order_id, finishCommit, context);
    }
    for (const hold of reservation.holds) await forgetSale(order_id, hold);
  }),
);
