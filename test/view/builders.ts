import { randomUUID } from 'node:crypto';
import type { EventContract, EventEnvelope } from '#events/event.ts';
import { NotificationSent } from '#events/notification-events.ts';
import { OrderConfirmed, OrderCreated } from '#events/order-events.ts';
import { PaymentCompleted } from '#events/payment-events.ts';
import { ProductCreated, ProductUpdated } from '#events/product-events.ts';
import { UserDeleted } from '#events/user-events.ts';
import type { Json } from '../setup/shop.ts';

export const ORDER = 'order-1';
export const TOTAL = { amount: 4000, currency: 'USD' };

/** The event of this version of its aggregate: the later ones happened later. */
export function anEvent(contract: EventContract, data: Json, version: number): EventEnvelope<Json> {
  const id = data.notification_id ?? data.order_id ?? data.product_id ?? data.user_id;
  const aggregate_id = `${contract.type.split('.')[0]?.toUpperCase()}#${id}`;
  const metadata = {
    event_id: `${aggregate_id}#${version}`,
    event_type: contract.type,
    version: contract.version,
    occurred_at: `2026-11-22T10:00:0${version}.000Z`,
    producer: contract.source,
    correlation_id: 'test',
    causation_id: 'test',
    traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01',
    aggregate_id,
    aggregate_version: version,
  };
  return { metadata, data: contract.of(data).data };
}

export function aCreatedOrder(changes: Json = {}): EventEnvelope<Json> {
  const items = [{ product_id: 'poems', name: 'Poems', quantity: 2, price: { amount: 2000, currency: 'USD' } }];
  const placed = { order_id: ORDER, user_id: 'jane', items, total: TOTAL, payment_method: 'card_ok', ...changes };
  return anEvent(OrderCreated, placed, 1);
}

export function aPayment(contract: EventContract, changes: Json, version: number): EventEnvelope<Json> {
  return anEvent(contract, { payment_id: ORDER, order_id: ORDER, user_id: 'jane', amount: TOTAL, ...changes }, version);
}

/** @param type what it tells of, such as `order.confirmed` */
export function aMessage(type: string, sent_at: string, changes: Json = {}): EventEnvelope<Json> {
  const about = { notification_id: `id of ${type}`, user_id: 'jane', order_id: ORDER, ...changes };
  return anEvent(NotificationSent, { ...about, type, channel: 'email', subject: type, sent_at }, 1);
}

/** Events of an order of a product, that no service has ever heard of. */
export function aStrangersOrder() {
  const [user_id, order_id, product_id] = [randomUUID(), randomUUID(), randomUUID()];
  const ofOrder = { order_id, user_id };
  const price = { amount: 2000, currency: 'USD' };
  const product = { product_id, category: 'test', price };
  const items = [{ product_id, name: 'Name in the order', quantity: 2, price }];
  const message = { ...ofOrder, notification_id: randomUUID() };
  return {
    user_id,
    order_id,
    created: aCreatedOrder({ ...ofOrder, items }),
    confirmed: anEvent(OrderConfirmed, { ...ofOrder, total: TOTAL }, 2),
    paid: aPayment(PaymentCompleted, ofOrder, 1),
    told: aMessage('order.confirmed', '2026-11-22T10:00:02.000Z', message),
    offered: anEvent(ProductCreated, { ...product, name: 'First name' }, 1),
    renamed: anEvent(ProductUpdated, { ...product, name: 'Last name' }, 2),
    deleted: anEvent(UserDeleted, { user_id }, 3),
  };
}
