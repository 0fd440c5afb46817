import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';
import { type StepContext, sagaStep } from '#lib/runtime/saga-step.ts';
import { beginRelease, finishCommit, finishRelease, type Reservation, takeBack, tombstone } from './reservation.ts';
import { changeReservation, openReservation } from './reservation-table.ts';
import { giveBack } from './stock-shards.ts';
import { forgetSale, putBack, takeOut } from './stock-table.ts';

const ReleaseStock = z.object({
  order_id: z.string(),
  items: z.array(z.object({ product_id: z.string(), quantity: z.int() })),
  cause: Cause,
});

/**
 * Undo of reserve-stock: puts the order's pieces back on sale, also those that were sold to it before its owner
 * cancelled. It does not need to know how far the reservation came; where there is none it leaves word, so that one
 * that comes late holds nothing.
 */
export const handler = sagaStep(ReleaseStock, async ({ order_id, items }, context) => {
  await openReservation(tombstone({ order_id, items }, context.now), context.cause);
  const reservation = await changeReservation(order_id, beginRelease, context);
  if (reservation.status === 'committing' || reservation.status === 'committed') {
    await takeBackSold(reservation, context);
  } else {
    for (const item of reservation.items) await giveBack(order_id, item);
    await changeReservation(order_id, finishRelease, context);
  }
  return { outcome: 'released' };
});

/** Brings the sale to its end first, whoever is at it: so it is known that the pieces are out, and they come back once. */
async function takeBackSold({ order_id, holds, status }: Reservation, context: StepContext): Promise<void> {
  if (status === 'committing') for (const hold of holds) await takeOut(order_id, hold);
  await changeReservation(order_id, finishCommit, context);
  for (const hold of holds) await forgetSale(order_id, hold);
  await changeReservation(order_id, takeBack, { ...context, alongside: (released) => putBack(released.holds) });
}
