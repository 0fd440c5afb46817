import { OrderCancelled, OrderConfirmed, OrderCreated } from '#events/order-events.ts';
import { countMetric, measureMetric } from '#lib/runtime/metrics.ts';
import type { RecordedEvent } from '#lib/runtime/outbox.ts';
import type { Order } from './order.ts';

/**
 * Counts what a write has just made true of an order. Called by whoever wrote it and by nobody who hears of it, so
 * each fact counts once; a function that dies between its write and its line in the log leaves one out.
 */
export function countOrder(order: Order & { events: RecordedEvent[] }, added: RecordedEvent[]): void {
  for (const { event_type, occurred_at } of added) {
    if (event_type === OrderCreated.type) countMetric('OrdersPlaced');
    if (event_type === OrderConfirmed.type) countMetric('OrdersConfirmed');
    if (event_type === OrderCancelled.type) countMetric('OrdersCancelled', { reason: reasonOfEnd(order) });
    if (isEndOfSaga(event_type, order)) measureMetric('SagaDuration', sinceMs(order.created_at, occurred_at));
  }
}

/** One of about ten words, all of which stand in this repository. */
function reasonOfEnd(order: Order): string {
  return 'reason' in order ? order.reason : 'unknown';
}

/** Its first end: an order that was confirmed, and is called off later, has had it. */
function isEndOfSaga(type: string, { events }: { events: RecordedEvent[] }): boolean {
  if (type === OrderConfirmed.type) return true;
  return type === OrderCancelled.type && !events.some(({ event_type }) => event_type === OrderConfirmed.type);
}

function sinceMs(from: string, until: string): number {
  return Date.parse(until) - Date.parse(from);
}
