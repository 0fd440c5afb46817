import type { EventContract, EventData, EventEnvelope } from '#events/event.ts';
import type { Money } from '#events/money.ts';
import { NotificationSent } from '#events/notification-events.ts';
import {
  OrderCancelled,
  OrderCancelling,
  OrderConfirmed,
  OrderCreated,
  OrderNeedsAttention,
  OrderRepairRequested,
  OrderStatusChanged,
} from '#events/order-events.ts';
import { PaymentCompleted, PaymentFailed, PaymentRefunded } from '#events/payment-events.ts';

/** What does not change any more once the order is placed. */
export interface Placed {
  user_id: string;
  created_at: string;
  /** With the name that the product had then, for want of a newer one. */
  items: { product_id: string; name: string; quantity: number; price: Money }[];
  total: Money;
}

export type OrderStatus =
  | 'pending'
  | 'confirmed'
  | 'cancelling'
  | 'cancelled'
  | 'shipped'
  | 'delivered'
  | 'needs_attention';

/** Each part counts by the version of its own aggregate: order, payment, notification. */
interface Progress {
  version: number;
  status: OrderStatus;
  reason?: string;
}

interface PaymentState {
  version: number;
  payment_id: string;
  status: 'completed' | 'failed' | 'refunded';
  amount: Money;
  reason?: string;
}

interface LastMessage {
  notification_id: string;
  type: string;
  channel: string;
  subject: string;
  sent_at: string;
}

/** The parts of an order's row; one that no event has told of yet is missing. */
interface Parts {
  placed?: Placed;
  progress?: Progress;
  payment?: PaymentState;
  message?: LastMessage;
}

/** An order as customers look at it. `erased`: its customer is; what more is told of it is not kept. */
export type OrderView = ({ order_id: string; updated_at: string } & Parts) | ErasedOrder;

export interface ErasedOrder {
  order_id: string;
  erased: true;
}

/** What one event tells of one order. */
export type News = { order_id: string; at: string } & Parts;

/**
 * What an event makes of the row. The same whatever order the events come in and however often: of each part the row
 * keeps what is newest, and parts know nothing of each other.
 */
export function afterNews(order: OrderView | undefined, news: News): OrderView {
  if (order && 'erased' in order) return order;
  const { order_id, at } = news;
  return {
    order_id,
    updated_at: order && order.updated_at > at ? order.updated_at : at,
    ...part('placed', order?.placed ?? news.placed),
    ...part('progress', newer(order?.progress, news.progress)),
    ...part('payment', newer(order?.payment, news.payment)),
    ...part('message', later(order?.message, news.message)),
  };
}

export function afterErasure({ order_id }: OrderView): ErasedOrder {
  return { order_id, erased: true };
}

function part<Name extends keyof Parts>(name: Name, value: Parts[Name]) {
  return value && { [name]: value };
}

function newer<Part extends { version: number }>(known: Part | undefined, told: Part | undefined): Part | undefined {
  if (!known || !told) return known ?? told;
  return told.version > known.version ? told : known;
}

/** Messages are aggregates of one event each: the time tells, and the id where two were sent at once. */
function later(known: LastMessage | undefined, told: LastMessage | undefined): LastMessage | undefined {
  if (!known || !told) return known ?? told;
  const orderOf = ({ sent_at, notification_id }: LastMessage) => `${sent_at} ${notification_id}`;
  return orderOf(told) > orderOf(known) ? told : known;
}

/** How to read an event. `undefined`: it tells of no order. */
export interface Reading {
  contract: EventContract;
  // biome-ignore lint/suspicious/noExplicitAny: `tells` ties the type of the data to its contract
  read(event: EventEnvelope<any>): News | undefined;
}

function tells<Contract extends EventContract>(
  contract: Contract,
  read: (event: EventEnvelope<EventData<Contract>>) => News | undefined,
): Reading {
  return { contract, read };
}

type OfOrder = EventEnvelope<{ order_id: string; reason?: string }>;

function progress({ metadata, data: { order_id, reason } }: OfOrder, status: OrderStatus): News {
  const told = { version: metadata.aggregate_version, status, ...(reason !== undefined && { reason }) };
  return { order_id, at: metadata.occurred_at, progress: told };
}

type OfPayment = EventEnvelope<{ payment_id: string; order_id: string; amount: Money; reason?: string }>;

function payment({ metadata, data }: OfPayment, status: PaymentState['status']): News {
  const { payment_id, order_id, amount, reason } = data;
  const version = metadata.aggregate_version;
  const told = { version, payment_id, status, amount, ...(reason !== undefined && { reason }) };
  return { order_id, at: metadata.occurred_at, payment: told };
}

export const ORDER_READINGS = [
  tells(OrderCreated, (event) => {
    const { user_id, items, total } = event.data;
    const placed = { user_id, created_at: event.metadata.occurred_at, items, total };
    return { ...progress({ ...event, data: { order_id: event.data.order_id } }, 'pending'), placed };
  }),
  tells(OrderConfirmed, (event) => progress(event, 'confirmed')),
  tells(OrderCancelling, (event) => progress(event, 'cancelling')),
  tells(OrderCancelled, (event) => progress(event, 'cancelled')),
  tells(OrderStatusChanged, (event) => progress(event, event.data.status)),
  tells(OrderNeedsAttention, (event) => progress(event, 'needs_attention')),
  tells(OrderRepairRequested, (event) => progress(event, event.data.status)),
];

export const PAYMENT_READINGS = [
  tells(PaymentCompleted, (event) => payment(event, 'completed')),
  tells(PaymentFailed, (event) => payment(event, 'failed')),
  tells(PaymentRefunded, (event) => payment(event, 'refunded')),
];

export const MESSAGE_READINGS = [
  tells(NotificationSent, ({ metadata, data }) => {
    const { order_id, notification_id, type, channel, subject, sent_at } = data;
    const message = { notification_id, type, channel, subject, sent_at };
    return order_id === undefined ? undefined : { order_id, at: metadata.occurred_at, message };
  }),
];
