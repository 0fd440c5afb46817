import * as z from 'zod/mini';
import { queueConsumer } from '#lib/runtime/events/queue-consumer.ts';
import { log } from '#lib/runtime/log.ts';
import { reservationLifetimeMs } from './inventory-settings.ts';
import { expire } from './reservation.ts';
import { changeReservation, dueReservations } from './reservation-table.ts';

/** What EventBridge sends when it is time. */
const Tick = z.object({ id: z.string() });

/**
 * Runs every minute. Says of reservations that have expired that they have, and releases none itself: only the order
 * knows whether it is being confirmed at this moment. A needless or repeated run finds nothing due.
 */
export const handler = queueConsumer(Tick, {
  originOf: ({ id }) => ({ correlation_id: id }),
  async consume() {
    const now = new Date();
    const due = await dueReservations(now);
    const lifetimeMs = reservationLifetimeMs();
    for (const orderId of due) await changeReservation(orderId, (it) => expire(it, now, lifetimeMs), { now });
    if (due.length > 0) log.warn('reservations expired', { order_ids: due });
  },
});
