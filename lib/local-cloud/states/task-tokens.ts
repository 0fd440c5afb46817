import { randomBytes } from 'node:crypto';
import { invalidToken, taskTimedOut } from './api-errors.ts';
import type { Json } from './json-data.ts';
import { StateError } from './state-error.ts';

/** A task that waits for its token to come back. */
export interface OpenToken {
  readonly text: string;
  /** Resolves with the output of SendTaskSuccess, rejects with the error of SendTaskFailure. */
  readonly result: Promise<Json>;
  /** Called at each SendTaskHeartbeat. */
  onHeartbeat(callback: () => void): void;
  close(): void;
}

interface Waiting {
  stateMachineArn: string;
  succeed(output: Json): void;
  fail(error: StateError): void;
  heartbeat(): void;
}

// Tells our tokens, whose tasks may have ended, from texts that never were tokens.
const PREFIX = 'AQBz';

/** The tasks of all executions that wait for `SendTaskSuccess`, `SendTaskFailure` and `SendTaskHeartbeat`. */
export class TaskTokens {
  #waiting = new Map<string, Waiting>();

  open(stateMachineArn: string): OpenToken {
    const text = PREFIX + randomBytes(72).toString('base64');
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    // The answer may come before the task awaits it: a function may send it before it returns.
    promise.catch(() => {});
    let heartbeat = () => {};
    this.#waiting.set(text, { stateMachineArn, succeed: resolve, fail: reject, heartbeat: () => heartbeat() });
    return {
      text,
      result: promise,
      onHeartbeat(callback) {
        heartbeat = callback;
      },
      close: () => this.#waiting.delete(text),
    };
  }

  /** The state machine that waits, which IAM asks for; `*` when none does. */
  resourceOf(text: string): string {
    return this.#waiting.get(text)?.stateMachineArn ?? '*';
  }

  succeed(text: string, output: Json): void {
    this.#take(text).succeed(output);
  }

  fail(text: string, error: string | undefined, cause: string | undefined): void {
    this.#take(text).fail(new StateError(error, cause));
  }

  heartbeat(text: string): void {
    this.#find(text).heartbeat();
  }

  /** A token is answered once. */
  #take(text: string): Waiting {
    const waiting = this.#find(text);
    this.#waiting.delete(text);
    return waiting;
  }

  #find(text: string): Waiting {
    const waiting = this.#waiting.get(text);
    if (waiting) return waiting;
    throw text.startsWith(PREFIX) ? taskTimedOut() : invalidToken();
  }
}
