import type { FaultAction } from '#lib/local-cloud/faults/fault.ts';
import { drawsOf } from '#lib/local-cloud/faults/lottery.ts';

export interface PlannedFault {
  action: FaultAction;
  percentage: number;
  seed: number;
  delayMilliseconds?: number;
  preventExecution?: boolean;
  function?: string;
  answer?: Record<string, unknown>;
}

const CHARGES = '*CreateCharge*';

/**
 * How many of the calls that it can meet each fault meets, percent: from and to. What costs a function ten seconds
 * (no answer) or a new process (killed) is rarer.
 */
const RATES: [FaultAction, number, number, Partial<PlannedFault>?][] = [
  ['aws:fis:inject-api-internal-error', 0.3, 0.8],
  ['aws:fis:inject-api-throttle-error', 0.3, 0.8],
  ['aws:fis:inject-api-unavailable-error', 0.3, 0.8],
  ['local:api-error-after-effect', 0.5, 1],
  ['local:api-no-answer', 0.02, 0.05],
  ['local:api-no-answer-after-effect', 0.02, 0.05],
  ['local:api-delay', 0.3, 0.6, { delayMilliseconds: 300 }],
  ['local:process-killed', 0.1, 0.25],
  ['local:process-killed-after-effect', 0.1, 0.25],
  ['local:transaction-conflict', 1, 3],
  ['local:put-events-partial-failure', 2, 5],
  ['local:event-duplicate', 2, 5],
  ['local:message-duplicate', 2, 4],
  ['local:message-delay', 1, 3, { delayMilliseconds: 3_000 }],
  ['local:message-reorder', 2, 4],
  ['local:message-poison', 0.3, 0.6],
  ['local:message-dropped', 0.5, 1.5],
  ['aws:lambda:invocation-error', 0.2, 0.5, { preventExecution: true }],
  ['aws:lambda:invocation-error', 0.2, 0.5, { preventExecution: false }],
  ['aws:lambda:invocation-add-delay', 0.3, 0.8, { delayMilliseconds: 400 }],
  // The provider denies a charge, claims one that it has not made, and speaks of another amount and of another order.
  ['local:invocation-false-answer', 1, 2, { function: CHARGES, answer: { status: 'declined' } }],
  ['local:invocation-false-answer', 1, 2, { function: CHARGES, answer: { status: 'charged' } }],
  ['local:invocation-false-answer', 1, 2, { function: CHARGES, answer: { amount: { amount: 1, currency: 'USD' } } }],
  ['local:invocation-false-answer', 1, 2, { function: CHARGES, answer: { key: 'another-order', charge_id: 'ch_0' } }],
];

/** The seed decides how much of what is injected. */
export function planFaults(seed: number): PlannedFault[] {
  const draw = drawsOf(seed, 'faults');
  return RATES.map(([action, least, most, rest = {}], place) => {
    const percentage = Number((least + draw() * (most - least)).toFixed(3));
    return { action, percentage, ...rest, seed: seed * RATES.length + place };
  });
}
