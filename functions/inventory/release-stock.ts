import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';
import { sagaStep } from '#lib/runtime/saga-step.ts';
import { beginRelease, finishRelease } from './reservation.ts';
import { changeReservation, openReservation } from './reservation-table.ts';
import { giveBack } from './stock-table.ts';

const ReleaseStock = z.object({
  order_id: z.string(),
  items: z.array(z.object({ product_id: z.string(), quantity: z.int() })),
  cause: Cause,
});

/**
 * Undo of reserve-stock: puts the order's pieces back on sale. It does not need to know how far the reservation came;
 * where there is none it leaves word, so that one that comes late holds nothing.
 */
export const handler = sagaStep(ReleaseStock, async ({ order_id, items }, context) => {
  await openReservation({ order_id, items, status: 'released' });
  const reservation = await changeReservation(order_id, beginRelease, context);
  if (!reservation) return { outcome: 'refused' };
  for (const item of reservation.items) await giveBack(order_id, item);
  await changeReservation(order_id, finishRelease, context);
  return { outcome: 'released' };
});
