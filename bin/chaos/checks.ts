import { checkCompensation } from './checks/compensation.ts';
import { checkEvents } from './checks/events.ts';
import { checkMoney } from './checks/money.ts';
import { checkStock } from './checks/stock.ts';
import { checkTermination } from './checks/termination.ts';
import { checkView } from './checks/view.ts';
import type { Evidence, Violation } from './rows.ts';

/** What has to hold once it is quiet, whatever has failed before. */
export const CHECKS: Record<string, (evidence: Evidence) => Violation[]> = {
  money: checkMoney,
  stock: checkStock,
  events: checkEvents,
  termination: checkTermination,
  compensation: checkCompensation,
  view: checkView,
};

export function checkAll(evidence: Evidence): Violation[] {
  return Object.values(CHECKS).flatMap((check) => check(evidence));
}
