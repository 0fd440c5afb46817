import type { PassState } from './definition.ts';
import type { Outcome, Visit } from './visit.ts';

export function runPass(visit: Visit<PassState>): Promise<Outcome> {
  return visit.outcome(visit.state, visit.state.Next, { otherwise: visit.input });
}
