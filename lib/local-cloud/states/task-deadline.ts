import type { Clock } from '../core/clock.ts';
import { StateError } from './state-error.ts';

/** The limits of one attempt of a task, in seconds; undefined is no limit. */
export interface TaskLimits {
  timeout: number | undefined;
  heartbeat: number | undefined;
}

/** Watches `TimeoutSeconds` and `HeartbeatSeconds`: {@link expired} rejects when the first of them has passed. */
export class TaskDeadline {
  readonly expired: Promise<never>;
  #clock: Clock;
  #heartbeatSeconds: number | undefined;
  #reject: (error: StateError) => void;
  #cancelTimeout: (() => void) | undefined;
  #cancelHeartbeat: (() => void) | undefined;

  constructor(clock: Clock, { timeout, heartbeat }: TaskLimits) {
    this.#clock = clock;
    this.#heartbeatSeconds = heartbeat;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    this.expired = promise;
    this.#reject = reject;
    if (timeout !== undefined) this.#cancelTimeout = this.#expireIn(timeout, 'States.Timeout');
    this.beat();
  }

  /** A sign of life: the time for the next one begins. */
  beat(): void {
    this.#cancelHeartbeat?.();
    if (this.#heartbeatSeconds === undefined) return;
    this.#cancelHeartbeat = this.#expireIn(this.#heartbeatSeconds, 'States.HeartbeatTimeout');
  }

  cancel(): void {
    this.#cancelTimeout?.();
    this.#cancelHeartbeat?.();
  }

  #expireIn(seconds: number, error: string): () => void {
    // A missed heartbeat is a kind of timeout: `States.Timeout` finds it too.
    const aliases = error === 'States.Timeout' ? [] : ['States.Timeout'];
    return this.#clock.schedule(seconds * 1000, () => this.#reject(new StateError(error, undefined, { aliases })));
  }
}
