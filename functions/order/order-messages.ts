import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';

/** What every step of the saga is called with, at least. */
export const OrderStep = z.object({ order_id: z.string(), cause: Cause });

/** Comes due when the saga should long be over. `attempt` counts the starts of the saga from 1. */
export const DeadManMessage = z.object({ order_id: z.string(), attempt: z.int(), cause: Cause });
export type DeadManMessage = z.infer<typeof DeadManMessage>;

/** What an operator calls `repair-order` with. `by` and `why` are kept with the order. */
export const RepairRequest = z.strictObject({
  order_id: z.string(),
  action: z.enum(['retry', 'undo']),
  by: z.string().check(z.minLength(1), z.maxLength(100)),
  why: z.string().check(z.minLength(1), z.maxLength(500)),
  /** Tells what would be done, and does nothing. */
  dry_run: z.boolean(),
});
