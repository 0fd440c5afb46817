import type { SucceedState } from './definition.ts';
import type { Outcome, Visit } from './visit.ts';

export function runSucceed(visit: Visit<SucceedState>): Promise<Outcome> {
  return visit.outcome(visit.state, undefined, { otherwise: visit.input });
}
