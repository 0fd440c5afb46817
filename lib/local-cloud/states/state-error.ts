/** Errors that `States.ALL` does not catch: Step Functions ends the execution on them. */
const TERMINAL = new Set(['States.Runtime', 'States.DataLimitExceeded']);

interface StateErrorOptions {
  /** Further names by which `ErrorEquals` finds the error, such as `States.BranchFailed`. */
  aliases?: string[];
}

/** What a state reports when it fails: `Error` and `Cause` in the terms of the Amazon States Language. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  readonly aliases: string[];

  constructor(error: string | undefined, cause?: string, { aliases = [] }: StateErrorOptions = {}) {
    super(`${error ?? 'An error without a name'}: ${cause ?? ''}`);
    this.error = error;
    this.cause = cause;
    this.aliases = aliases;
  }

  /** The same error under one more name. */
  alsoNamed(alias: string): StateError {
    return new StateError(this.error, this.cause, { aliases: [...this.aliases, alias] });
  }

  /** `$states.errorOutput` of a catcher. */
  toErrorOutput(): Record<string, string> {
    return withoutUndefined({ Error: this.error, Cause: this.cause });
  }

  /** The details of the history events that tell of it. */
  toDetails(): Record<string, string> {
    return withoutUndefined({ error: this.error, cause: this.cause });
  }
}

/** Thrown inside a flow that was aborted: nothing of it goes on, and nothing is written about it. */
export class FlowAborted extends Error {
  override readonly name = 'FlowAborted';

  constructor() {
    super('The flow was aborted.');
  }
}

/** Whether a retrier or catcher with these `ErrorEquals` takes the error. `States.Runtime` is taken by none. */
export function isErrorMatched(errorEquals: string[], error: StateError): boolean {
  if (error.error === 'States.Runtime') return false;
  return errorEquals.some((name) => isNameMatched(name, error));
}

function isNameMatched(name: string, { error, aliases }: StateError): boolean {
  if (name === error || aliases.includes(name)) return true;
  if (error !== undefined && TERMINAL.has(error)) return false;
  if (name === 'States.ALL') return true;
  return name === 'States.TaskFailed' && error !== 'States.Timeout' && error !== 'States.HeartbeatTimeout';
}

function withoutUndefined(fields: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
