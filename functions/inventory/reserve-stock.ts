import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';
import { type StepContext, sagaStep } from '#lib/runtime/saga-step.ts';
import { reservationLifetimeMs } from './inventory-settings.ts';
import { begin, complete, type Hold, type RefusalReason, type Reservation, reject } from './reservation.ts';
import { changeReservation, openReservation } from './reservation-table.ts';
import { giveBack, hold } from './stock-shards.ts';

const ReserveStock = z.object({
  order_id: z.string(),
  items: z.array(z.object({ product_id: z.string(), quantity: z.int() })),
  cause: Cause,
});

/** Saga step: holds every piece of the order, or none. Repeated, it tells what came of the first time. */
export const handler = sagaStep(ReserveStock, async ({ order_id, items }, context) => {
  const begun = begin({ order_id, items }, context.now, reservationLifetimeMs());
  const reservation = await openReservation(begun, context.cause);
  if (reservation.status !== 'reserving') return answerAgain(reservation);
  const holds: Hold[] = [];
  for (const item of items) {
    const held = await hold(order_id, item, context);
    if (typeof held === 'string') return refuse(reservation, item.product_id, held, context);
    holds.push(...held);
  }
  const completed = await changeReservation(order_id, (it) => complete(it, holds), context);
  if (!completed) return giveAllBack(reservation, 'reservation_released');
  return completed.holds === holds ? { outcome: 'reserved' } : answerAgain(completed);
});

async function refuse(reservation: Reservation, productId: string, reason: RefusalReason, context: StepContext) {
  const rejected = await changeReservation(reservation.order_id, (it) => reject(it, productId, reason), context);
  if (rejected) return giveAllBack(rejected, reason);
  return answerAgain(await openReservation(reservation, context.cause));
}

/**
 * A call before this one, or beside it, may have died while it gave pieces back, or may hold some that are not needed:
 * giving back what the reservation does not keep does no harm.
 */
async function answerAgain(reservation: Reservation) {
  const { order_id, items, holds } = reservation;
  switch (reservation.status) {
    case 'reserved':
    case 'committing':
      for (const item of items) await giveBack(order_id, item, holds);
      return { outcome: 'reserved' };
    case 'committed':
      for (const item of items) await giveBack(order_id, item);
      return { outcome: 'reserved' };
    case 'rejected':
      return giveAllBack(reservation, reservation.reason);
    case 'reserving':
    case 'releasing':
    case 'released':
      return giveAllBack(reservation, 'reservation_released');
    default:
      return reservation satisfies never;
  }
}

async function giveAllBack({ order_id, items }: Reservation, reason: RefusalReason) {
  for (const item of items) await giveBack(order_id, item);
  return { outcome: 'refused', reason };
}
