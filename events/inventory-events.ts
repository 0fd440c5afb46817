import * as z from 'zod/mini';
import { defineEvent } from './event.ts';

const source = 'inventory-service';

const reservedItems = z.array(z.object({ product_id: z.string(), quantity: z.int() }));

/** Every piece of the order is held for it until it is confirmed or released. */
export const InventoryReserved = defineEvent({
  source,
  type: 'inventory.reserved',
  version: 1,
  data: z.object({ order_id: z.string(), items: reservedItems }),
});

/** The order cannot be served; nothing is held for it. */
export const InventoryReservationFailed = defineEvent({
  source,
  type: 'inventory.reservation.failed',
  version: 1,
  data: z.object({ order_id: z.string(), reason: z.string(), product_id: z.string() }),
});

/**
 * The time is over for which pieces were held for the order, and inventory has not heard what became of it. Nothing is
 * released by this: whether it may be is the order's to say. Said again from time to time until it is settled.
 */
export const InventoryReservationExpired = defineEvent({
  source,
  type: 'inventory.reservation.expired',
  version: 1,
  data: z.object({ order_id: z.string(), expires_at: z.iso.datetime() }),
});

/** What was held for the order, or was sold to it and has come back, is on sale again. */
export const InventoryReleased = defineEvent({
  source,
  type: 'inventory.released',
  version: 1,
  data: z.object({ order_id: z.string(), items: reservedItems }),
});

/** What was held for the order has left the shop. */
export const InventoryCommitted = defineEvent({
  source,
  type: 'inventory.committed',
  version: 1,
  data: z.object({ order_id: z.string(), items: reservedItems }),
});

/** The last order has left few pieces of a product: somebody should buy in. Said once each time it becomes so. */
export const InventoryLow = defineEvent({
  source,
  type: 'inventory.low',
  version: 1,
  data: z.object({ product_id: z.string(), available: z.int() }),
});
