import * as z from 'zod/mini';
import { Cause } from '#events/event.ts';

/** What every step of the saga is called with, at least. */
export const OrderStep = z.object({ order_id: z.string(), cause: Cause });

/** Comes due when the saga should long be over. `attempt` counts the starts of the saga from 1. */
export const DeadManMessage = z.object({ order_id: z.string(), attempt: z.int(), cause: Cause });
export type DeadManMessage = z.infer<typeof DeadManMessage>;
