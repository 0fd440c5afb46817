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

/** What was held for the order is on sale again. */
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
