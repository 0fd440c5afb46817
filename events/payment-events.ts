import * as z from 'zod/mini';
import { defineEvent } from './event.ts';
import { Money } from './money.ts';

const source = 'payment-service';

/** The customer has paid the order. */
export const PaymentCompleted = defineEvent({
  source,
  type: 'payment.completed',
  version: 1,
  data: z.object({ payment_id: z.string(), order_id: z.string(), amount: Money }),
});

/** The customer has not paid and will not: nothing was taken. */
export const PaymentFailed = defineEvent({
  source,
  type: 'payment.failed',
  version: 1,
  data: z.object({ payment_id: z.string(), order_id: z.string(), amount: Money, reason: z.string() }),
});

/** The customer has the money back. `user_id` says whose it is; events from before it was said lack it. */
export const PaymentRefunded = defineEvent({
  source,
  type: 'payment.refunded',
  version: 1,
  data: z.object({
    payment_id: z.string(),
    order_id: z.string(),
    user_id: z.optional(z.string()),
    amount: Money,
    reason: z.string(),
  }),
});
