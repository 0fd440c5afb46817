import { PaymentRefunded } from '#events/payment-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { log } from '#lib/runtime/log.ts';
import { paymentRefunded } from './message.ts';
import { notify } from './notify.ts';

/** Tells the customer that the money is back. Events of before they named the user can reach nobody. */
export const handler = subscriber(
  on(PaymentRefunded, async ({ data, ...occasion }) => {
    const { user_id } = data;
    if (user_id === undefined) return log.warn('refund of nobody', { order_id: data.order_id });
    await notify(paymentRefunded({ ...data, user_id }), occasion);
  }),
);
