import { operatorCall } from '#lib/runtime/operator-call.ts';
import { validated } from '#lib/runtime/validation.ts';
import { note } from '#lib/runtime/work.ts';
import type { Decision, Order } from './order.ts';
import { RepairRequest } from './order-messages.ts';
import { changeOrder, readOrder, type StoredOrder } from './order-table.ts';
import { repairOnce } from './repair.ts';

interface Answer {
  order_id: string;
  /** What the order was when it was asked for. */
  status: string;
  /** `started`: or would be, were it no dry run. `under_way`: it was asked for already, a moment ago. */
  outcome: 'started' | 'under_way' | 'ended';
  /** Where the saga goes. */
  direction?: 'forward' | 'undo';
}

/**
 * Brings an order to its end that does not get there by itself: records who asks for it and why, and from that event the
 * saga starts again. No route leads here: only who may invoke the function by IAM, an operator of the stage, can call
 * it (`npm run orders -- repair`).
 */
export const handler = operatorCall(async (event, cause): Promise<Answer> => {
  const { order_id, dry_run, ...request } = validated(RepairRequest, event);
  const now = new Date();
  // The rule is asked again when the order changes meanwhile: the last answer counts.
  const answers: Answer[] = [];
  const rule = (order: StoredOrder) => {
    const decision = repairOnce(order, request, now);
    answers.push(answerTo(order, decision));
    return decision;
  };
  if (dry_run) rule(await readOrder(order_id));
  else await changeOrder(order_id, rule, { cause, now });
  const answer = answers.at(-1) as Answer;
  note({ ...request, ...answer, dry_run });
  return answer;
});

function answerTo({ order_id, status }: Order, decision: Decision | null): Answer {
  if (!decision) return { order_id, status, outcome: 'ended' };
  const direction = decision.order.status === 'pending' ? 'forward' : 'undo';
  return { order_id, status, outcome: decision.facts.length > 0 ? 'started' : 'under_way', direction };
}
