import { isSettled, mayGoForward, type Order } from '#functions/order/order.ts';
import type { OrderRow } from './rows.ts';

/** A saga is over after so long, and its dead-man message comes due: SAGA_OVERDUE_AFTER in stacks/order-stack.ts. */
export const OVERDUE_AFTER_MS = 300_000;

/** `overdue`: neither ended nor given up, and nothing has happened for longer than a saga takes. */
export type Condition = 'ended' | 'under_way' | 'overdue' | 'needs_attention';

export function conditionOf(row: Pick<OrderRow, 'status' | 'events' | 'created_at'>, now: Date): Condition {
  const { status } = row;
  if (status === 'needs_attention') return status;
  if (isSettled({ status } as Order)) return 'ended';
  return now.getTime() - Date.parse(since(row)) > OVERDUE_AFTER_MS ? 'overdue' : 'under_way';
}

/** When something last happened to the order itself. */
export function since({ events, created_at }: Pick<OrderRow, 'events' | 'created_at'>): string {
  return events.at(-1)?.occurred_at ?? created_at;
}

/** What was found, and what can be done about it, for a person who reads it at night. */
export function finding(row: OrderRow, now: Date): string {
  const { order_id, status } = row;
  const minutes = Math.round((now.getTime() - Date.parse(since(row))) / 60_000);
  switch (conditionOf(row, now)) {
    case 'ended':
      return `Order ${order_id} is ${status}: it has come to its end, and there is nothing to repair.`;
    case 'under_way':
      return `Order ${order_id} is ${status}, and its saga may be at work: it is looked at again 5 minutes after its start.`;
    case 'overdue':
      return `Order ${order_id} has been ${status} for ${minutes} minutes: its saga has died or was not started. ${ways(row)}`;
    case 'needs_attention':
      return `Order ${order_id} was given up ${minutes} minutes ago: each start of its saga died. ${ways(row)}`;
  }
}

function ways(row: OrderRow): string {
  if (mayGoForward(row as unknown as Order)) return '--retry sends it forward, --undo cancels it.';
  return 'Parts of it may be undone already, so --retry and --undo do the same: they undo the rest and cancel it.';
}
