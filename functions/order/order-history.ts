import type { Fact } from '#events/event.ts';
import {
  OrderCancelled,
  OrderCancelling,
  OrderConfirmed,
  OrderCreated,
  OrderNeedsAttention,
  OrderRepairRequested,
  OrderStatusChanged,
} from '#events/order-events.ts';
import type { OpenStatus, Order, Placed } from './order.ts';

/** An event of an order. Only the time of the first one is part of the order. */
export type HistoryEntry = Fact & { occurred_at?: string };

/**
 * What an event makes of the order. The rules decide facts, and this alone turns them into the state that is written;
 * so the state in a row is nothing that its events would not tell.
 */
export function evolve(order: Order | undefined, { event_type, data, occurred_at = '' }: HistoryEntry): Order {
  if (event_type === OrderCreated.type) {
    return { ...OrderCreated.data.parse(data), created_at: occurred_at, status: 'pending' };
  }
  if (!order) throw new Error(`An order begins with ${OrderCreated.type}, not with ${event_type}.`);
  const placed = placedPartOf(order);
  switch (event_type) {
    case OrderConfirmed.type:
      return { ...placed, status: 'confirmed' };
    case OrderCancelling.type:
      return { ...placed, status: 'cancelling', reason: OrderCancelling.data.parse(data).reason };
    case OrderCancelled.type:
      return { ...placed, status: 'cancelled', reason: OrderCancelled.data.parse(data).reason };
    case OrderStatusChanged.type:
      return { ...placed, status: OrderStatusChanged.data.parse(data).status };
    case OrderNeedsAttention.type: {
      const { reason } = OrderNeedsAttention.data.parse(data);
      return { ...placed, status: 'needs_attention', reason, given_up_while: openStatusOf(order) };
    }
    case OrderRepairRequested.type: {
      const { status, reason = '' } = OrderRepairRequested.data.parse(data);
      return status === 'pending' ? { ...placed, status } : { ...placed, status, reason };
    }
    default:
      throw new Error(`Nobody knows what ${event_type} makes of an order.`);
  }
}

function openStatusOf({ status }: Order): OpenStatus {
  return status === 'pending' ? 'pending' : 'cancelling';
}

/** The order that its events tell of, from the first to the last. */
export function fold(events: HistoryEntry[]): Order {
  const order = events.reduce<Order | undefined>(evolve, undefined);
  if (!order) throw new Error('An order without events: nothing tells of it.');
  return order;
}

function placedPartOf({ order_id, user_id, items, total, payment_method, created_at }: Order): Placed {
  return { order_id, user_id, items, total, payment_method, created_at };
}
