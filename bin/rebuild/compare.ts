import { isDeepStrictEqual } from 'node:util';
import { mayGoForward, type Order, reasonOf } from '#functions/order/order.ts';
import { fold, type HistoryEntry } from '#functions/order/order-history.ts';

/** An order as it stands in the table. */
export type OrderRow = Order & { version: number; events: HistoryEntry[] };

export interface Difference {
  order_id: string;
  field: string;
  /** What the row says. */
  row: unknown;
  /** What the events of the same row say. */
  events: unknown;
}

/** Makes the order anew from its events, and tells in what the row differs. */
export function rebuild(row: OrderRow): Difference[] {
  const differs = (field: string, ofRow: unknown, ofEvents: unknown): Difference[] =>
    isDeepStrictEqual(ofRow, ofEvents) ? [] : [{ order_id: row.order_id, field, row: ofRow, events: ofEvents }];
  try {
    const [stored, told] = [comparable(row), comparable(fold(row.events))];
    const fields = Object.keys(told) as (keyof typeof told)[];
    return [
      ...fields.flatMap((field) => differs(field, stored[field], told[field])),
      ...differs('version', row.version, row.events.length),
    ];
  } catch (error) {
    return differs('events', 'cannot be folded', (error as Error).message);
  }
}

/** The parts that make an order, without those of its row. A reason that was taken back is as good as none. */
function comparable(order: Order) {
  const { order_id, user_id, items, total, payment_method, created_at, status } = order;
  const placed = { order_id, user_id, items, total, payment_method, created_at };
  return { ...placed, status, reason: reasonOf(order) ?? null, may_go_forward: mayGoForward(order) };
}
