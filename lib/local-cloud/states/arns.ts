import { invalidArn } from './api-errors.ts';

/** The parts of `arn:aws:states:<region>:<account>:<kind>:<rest...>`. */
export interface StatesArn {
  /** `stateMachine`, `execution`, `express`, ... */
  kind: string;
  /** What follows the kind: the state machine's name, then the execution's, or the version or alias. */
  names: string[];
}

/** Throws `InvalidArn` for what is not an ARN of Step Functions. */
export function parseStatesArn(arn: unknown): StatesArn {
  const text = String(arn);
  const [prefix, , service, , , kind, ...names] = text.split(':');
  if (prefix !== 'arn') throw invalidArn(`Invalid ARN prefix: ${text}`);
  if (service !== 'states' || !kind || names.length === 0) throw invalidArn(`Invalid ARN: ${text}`);
  return { kind, names };
}

export function requireKind(arn: unknown, ...kinds: string[]): StatesArn {
  const parsed = parseStatesArn(arn);
  if (kinds.includes(parsed.kind)) return parsed;
  throw invalidArn(`Resource type not valid in this context: ${parsed.kind}`);
}

// Step Functions takes no white space, brackets, wildcards, special or control characters in names.
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

export function isValidName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}
