import * as z from 'zod/mini';
import { defineEvent } from './event.ts';
import { Money } from './money.ts';

const source = 'order-service';

const items = z.array(
  z.object({ product_id: z.string(), name: z.string(), quantity: z.int().check(z.gte(1)), price: Money }),
);

/** A customer has placed an order. Its saga starts from this event. */
export const OrderCreated = defineEvent({
  source,
  type: 'order.created',
  version: 1,
  data: z.object({
    order_id: z.string(),
    user_id: z.string(),
    items,
    total: Money,
    payment_method: z.string(),
  }),
});

/** Stock is held and the customer has paid: the order will be delivered. */
export const OrderConfirmed = defineEvent({
  source,
  type: 'order.confirmed',
  version: 1,
  data: z.object({ order_id: z.string(), user_id: z.string(), total: Money }),
});

/**
 * The order can no longer be confirmed, or is no longer; what was done for it has to be undone. `by` the saga: it is at
 * it already. By anybody else: the undo starts from this event.
 */
export const OrderCancelling = defineEvent({
  source,
  type: 'order.cancelling',
  version: 1,
  data: z.object({
    order_id: z.string(),
    user_id: z.string(),
    reason: z.string(),
    by: z.optional(z.enum(['saga', 'user', 'reservation_sweep'])),
  }),
});

/** The order is off: its stock is released and nothing is charged. */
export const OrderCancelled = defineEvent({
  source,
  type: 'order.cancelled',
  version: 1,
  data: z.object({ order_id: z.string(), user_id: z.string(), reason: z.string() }),
});

/** The order has left the shop (`shipped`), or has arrived (`delivered`). */
export const OrderStatusChanged = defineEvent({
  source,
  type: 'order.status_changed',
  version: 1,
  data: z.object({
    order_id: z.string(),
    user_id: z.string(),
    status: z.enum(['shipped', 'delivered']),
    total: Money,
  }),
});

/**
 * An operator has had the saga started again, from this event: forward while the order is `pending`, to undo it once it
 * is `cancelling`. `by` and `why` are for whoever reads the history later.
 */
export const OrderRepairRequested = defineEvent({
  source,
  type: 'order.repair_requested',
  version: 1,
  data: z.object({
    order_id: z.string(),
    user_id: z.string(),
    action: z.enum(['retry', 'undo']),
    by: z.string(),
    why: z.string(),
    /** What the order is from now on, and why, when it is being cancelled. */
    status: z.enum(['pending', 'cancelling']),
    reason: z.optional(z.string()),
  }),
});

/** The saga could not be brought to an end by itself: a person has to look. */
export const OrderNeedsAttention = defineEvent({
  source,
  type: 'order.needs_attention',
  version: 1,
  data: z.object({ order_id: z.string(), user_id: z.string(), reason: z.string() }),
});
