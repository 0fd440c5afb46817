import type { Diagnostics } from './diagnostics.ts';
import { isObject } from './json-data.ts';

const CODE = 'MISSING_TRANSITION_TARGET';

/** Every transition must lead to a state of the same block, and every state must be reached by one. */
export function checkTransitions(block: Record<string, unknown>, location: string, diagnostics: Diagnostics): void {
  const states = block.States as Record<string, unknown>;
  const reached = new Set<string>();
  const follow = (target: unknown, from: string, field: string) => {
    if (typeof target !== 'string') return;
    if (Object.hasOwn(states, target)) reached.add(target);
    else diagnostics.add(`Missing '${field}' target: ${target}`, `${location}${from}`, CODE);
  };
  follow(block.StartAt, '/StartAt', 'StartAt');
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    const at = `/States/${name}`;
    follow(state.Next, `${at}/Next`, 'Next');
    follow(state.Default, `${at}/Default`, 'Default');
    for (const field of ['Choices', 'Catch']) {
      const rules = Array.isArray(state[field]) ? state[field] : [];
      for (const [index, rule] of rules.entries()) follow(rule?.Next, `${at}/${field}[${index}]/Next`, 'Next');
    }
  }
  for (const name of Object.keys(states)) {
    if (!reached.has(name)) diagnostics.add(`State "${name}" is not reachable.`, `${location}/States/${name}`, CODE);
  }
}
