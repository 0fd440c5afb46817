import * as z from 'zod/mini';
import { defineEvent } from './event.ts';

const source = 'notification-service';

/** A message has been handed to its channel for the user. It holds neither name nor address. */
export const NotificationSent = defineEvent({
  source,
  type: 'notification.sent',
  version: 1,
  data: z.object({
    notification_id: z.string(),
    user_id: z.string(),
    /** What it tells of, such as `order.confirmed`. */
    type: z.string(),
    channel: z.string(),
    subject: z.string(),
    /** The order that it is about, if it is about one. */
    order_id: z.optional(z.string()),
    sent_at: z.iso.datetime(),
  }),
});
