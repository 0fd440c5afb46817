import type { ChoiceState } from './definition.ts';
import { StateError } from './state-error.ts';
import type { Outcome, Visit } from './visit.ts';

/** The first rule whose condition is true decides, with its own `Output` and `Assign`; those of the state go with `Default`. */
export async function runChoice(visit: Visit<ChoiceState>): Promise<Outcome> {
  const { state, input: otherwise } = visit;
  for (const [index, rule] of state.Choices.entries()) {
    const prefix = `Choices[${index}]/`;
    const isTrue = await visit.evaluateAs(`${prefix}Condition`, rule.Condition, 'boolean');
    if (isTrue) return visit.outcome(rule, rule.Next, { otherwise, prefix });
  }
  if (state.Default) return visit.outcome(state, state.Default, { otherwise });
  const problem = 'None of the choice rules matched, and the state has no Default.';
  throw new StateError('States.NoChoiceMatched', visit.inState(problem));
}
