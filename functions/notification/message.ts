import type { Money } from '#events/money.ts';
import { toDecimal } from '#lib/runtime/money.ts';

export type MessageType =
  | 'user.registered'
  | 'order.confirmed'
  | 'order.cancelled'
  | 'order.shipped'
  | 'order.delivered'
  | 'payment.refunded';

/** What a user is told, whichever channel it takes. The subject is kept and published: no name, no address in it. */
export interface Message {
  user_id: string;
  type: MessageType;
  subject: string;
  text: string;
  order_id?: string;
}

interface OfOrder {
  user_id: string;
  order_id: string;
}

/** Why an order was cancelled, as people say it. */
const REASONS = new Map(
  Object.entries({
    insufficient_inventory: 'we do not have enough of one of its products in stock',
    unknown_product: 'one of its products is no longer on sale',
    payment_declined: 'your payment was declined',
    payment_unavailable: 'your payment could not be made at the time',
    payment_timeout: 'your payment could not be completed in time',
    cancelled_by_user: 'you asked us to',
  }),
);

export function welcome({ user_id }: { user_id: string }): Message {
  const text = 'Your account is ready: log in and look around. We will write to you about your orders.';
  return { user_id, type: 'user.registered', subject: 'Welcome to Bazaar', text };
}

export function orderConfirmed({ user_id, order_id, total }: OfOrder & { total: Money }): Message {
  const text = `Thank you for your order ${order_id}. You have paid ${spoken(total)}, and we are packing it.`;
  return { user_id, order_id, type: 'order.confirmed', subject: `${called(order_id)} is confirmed`, text };
}

export function orderCancelled({ user_id, order_id, reason }: OfOrder & { reason: string }): Message {
  const because = REASONS.get(reason) ?? 'something went wrong on our side';
  const text = `Your order ${order_id} is cancelled, because ${because}. Nothing is charged for it.`;
  return { user_id, order_id, type: 'order.cancelled', subject: `${called(order_id)} is cancelled`, text };
}

export function orderShipped({ user_id, order_id }: OfOrder): Message {
  const text = `Your order ${order_id} has left our warehouse.`;
  return { user_id, order_id, type: 'order.shipped', subject: `${called(order_id)} is on its way`, text };
}

export function orderDelivered({ user_id, order_id }: OfOrder): Message {
  const text = `Your order ${order_id} has been delivered. We hope that you enjoy it.`;
  return { user_id, order_id, type: 'order.delivered', subject: `${called(order_id)} has arrived`, text };
}

export function paymentRefunded({ user_id, order_id, amount }: OfOrder & { amount: Money }): Message {
  const text = `We have given ${spoken(amount)} back for your order ${order_id}. Your bank may take some days to show it.`;
  const subject = `${called(order_id)}: ${spoken(amount)} refunded`;
  return { user_id, order_id, type: 'payment.refunded', subject, text };
}

/** The message as a letter to a person. */
export function letter({ text }: Message, username: string): string {
  return `Hello ${username},\n\n${text}\n\nBazaar\n`;
}

/** The beginning of an id tells a customer's orders apart. */
function called(orderId: string): string {
  return `Your order ${orderId.slice(0, 8)}`;
}

function spoken({ amount, currency }: Money): string {
  return `${toDecimal(amount).toFixed(2)} ${currency}`;
}
