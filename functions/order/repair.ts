import { OrderRepairRequested } from '#events/order-events.ts';
import { type Decision, type Order, type Repair, repair } from './order.ts';
import type { HistoryEntry } from './order-history.ts';

/** The saga that a repair has started is over after so long, ms: it may take 290 s. */
const REPAIR_TAKES_MS = 5 * 60_000;

/** As {@link repair}; but what was asked for already, and may be at work, is not asked for again. */
export function repairOnce(order: Order & { events: HistoryEntry[] }, request: Repair, now: Date): Decision | null {
  const decision = repair(order, request);
  const isAtWork = decision?.order.status === order.status && now.getTime() < repairedUntil(order.events);
  return isAtWork ? { order, facts: [] } : decision;
}

/** Until when the last repair may be at work, ms since the epoch. */
function repairedUntil(events: HistoryEntry[]): number {
  const last = events.findLast(({ event_type }) => event_type === OrderRepairRequested.type);
  return last?.occurred_at ? Date.parse(last.occurred_at) + REPAIR_TAKES_MS : 0;
}
