import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '#events/event.ts';
import type { Json } from '../setup/shop.ts';

/** Somebody of whom events tell. */
export interface Customer {
  user_id: string;
  username: string;
  email: string;
}

/** Somebody that no service has heard of. */
export function aStranger(): Customer {
  const user_id = randomUUID();
  return { user_id, username: `u${user_id}`, email: `${user_id}@example.org` };
}

interface Happened {
  aggregate_id: string;
  aggregate_version: number;
  data: Json;
}

function anEvent(producer: string, event_type: string, { data, ...aggregate }: Happened): EventEnvelope<Json> {
  const metadata = {
    event_id: `${aggregate.aggregate_id}#${aggregate.aggregate_version}`,
    event_type,
    version: 1,
    occurred_at: new Date().toISOString(),
    producer,
    correlation_id: randomUUID(),
    causation_id: 'test',
    traceparent: `00-${randomUUID().replaceAll('-', '')}-0123456789abcdef-01`,
    ...aggregate,
  };
  return { metadata, data };
}

/** @param type such as `user.updated` */
export function userEvent(type: string, user: Customer, version = 1): EventEnvelope<Json> {
  const data = { ...user, role: 'customer' };
  return anEvent('user-service', type, { aggregate_id: `USER#${user.user_id}`, aggregate_version: version, data });
}

/** About an order for 40.00 USD. @param type such as `order.confirmed` */
export function orderEvent(type: string, { user_id }: Customer, changes: Json = {}): EventEnvelope<Json> {
  const order_id = randomUUID();
  const total = { amount: 4000, currency: 'USD' };
  const data = { order_id, user_id, total, items: [], reason: 'payment_declined', ...changes };
  return anEvent('order-service', type, { aggregate_id: `ORDER#${order_id}`, aggregate_version: 2, data });
}

export function refundEvent({ user_id }: Customer, changes: Json = {}): EventEnvelope<Json> {
  const order_id = randomUUID();
  const amount = { amount: 4000, currency: 'USD' };
  const data = { payment_id: randomUUID(), order_id, user_id, amount, reason: 'payment_timeout', ...changes };
  return anEvent('payment-service', 'payment.refunded', {
    aggregate_id: `PAYMENT#${order_id}`,
    aggregate_version: 2,
    data,
  });
}
