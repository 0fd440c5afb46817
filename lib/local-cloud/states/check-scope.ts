import type { Diagnostics } from './diagnostics.ts';
import type { JsonataExpressions } from './jsonata-expressions.ts';
import type { StateMachineType } from './state-machine.ts';

/** What the parts of the check know and share. */
export interface CheckScope {
  machine: string;
  type: StateMachineType;
  expressions: JsonataExpressions;
  diagnostics: Diagnostics;
  /** `JSONata` or `JSONPath`, for states that do not say it themselves. */
  queryLanguage: string;
  /** The names of all states so far: each may be used once in the whole state machine. */
  names: Set<string>;
  /** The variables of the flows around: a flow inside may read but not assign them. */
  outerVariables: Set<string>;
}

/** Where a state stands. */
export interface StatePlace {
  name: string;
  location: string;
  scope: CheckScope;
}
