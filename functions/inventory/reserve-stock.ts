import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';
import { type StepContext, sagaStep } from '#lib/runtime/saga-step.ts';
import { complete, type RefusalReason, type Reservation, reject } from './reservation.ts';
import { changeReservation, openReservation } from './reservation-table.ts';
import { giveBack, hold } from './stock-table.ts';

const ReserveStock = z.object({
  order_id: z.string(),
  items: z.array(z.object({ product_id: z.string(), quantity: z.int() })),
  cause: Cause,
});

/** Saga step: holds every piece of the order, or none. Repeated, it tells what came of the first time. */
export const handler = sagaStep(ReserveStock, async ({ order_id, items }, context) => {
  const reservation = await openReservation({ order_id, items, status: 'reserving' });
  if (reservation.status !== 'reserving') return answerAgain(reservation);
  for (const item of items) {
    const refusal = await hold(order_id, item);
    if (refusal) return refuse(reservation, item.product_id, refusal, context);
  }
  const completed = await changeReservation(order_id, complete, context);
  return completed ? { outcome: 'reserved' } : giveAllBack(reservation, 'reservation_released');
});

async function refuse(reservation: Reservation, productId: string, reason: RefusalReason, context: StepContext) {
  const rejected = await changeReservation(reservation.order_id, (it) => reject(it, productId, reason), context);
  if (rejected) return giveAllBack(rejected, reason);
  return answerAgain(await openReservation(reservation));
}

/** A call before this one may have died while it gave pieces back: giving back again does no harm. */
async function answerAgain(reservation: Reservation) {
  switch (reservation.status) {
    case 'reserved':
    case 'committed':
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
