import type { Clock } from '../core/clock.ts';
import type { StoredMessage } from './message.ts';

/** What a consumer asks a queue for. */
export interface Demand {
  max: number;
  visibilityTimeoutMs: number;
  /** How long to wait for a message when there is none. */
  waitMs: number;
  signal?: AbortSignal;
}

interface Poll {
  demand: Demand;
  end(messages: StoredMessage[]): void;
}

/** The consumers that wait for messages of one queue, first come, first served. */
export class LongPolls {
  #clock: Clock;
  #polls = new Set<Poll>();
  #alarm: { at: number; cancel: () => void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when {@link serve} has messages for it, or with none when the time is up or the signal aborts. */
  wait(demand: Demand): Promise<StoredMessage[]> {
    return new Promise((resolve) => {
      const giveUp = () => poll.end([]);
      const cancelTimer = this.#clock.schedule(demand.waitMs, giveUp);
      const poll: Poll = {
        demand,
        end: (messages) => {
          cancelTimer();
          demand.signal?.removeEventListener('abort', giveUp);
          this.#polls.delete(poll);
          resolve(messages);
        },
      };
      demand.signal?.addEventListener('abort', giveUp, { once: true });
      this.#polls.add(poll);
    });
  }

  serve(take: (demand: Demand) => StoredMessage[]): void {
    for (const poll of this.#polls) {
      const messages = take(poll.demand);
      if (messages.length === 0) return;
      poll.end(messages);
    }
  }

  /** Sees to it that `run` is called at `at`, if anybody is waiting then. */
  setAlarm(at: number | undefined, run: () => void): void {
    const wanted = this.#polls.size > 0 ? at : undefined;
    if (wanted === this.#alarm?.at) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (wanted === undefined) return;
    const cancel = this.#clock.schedule(wanted - this.#clock.now(), () => {
      this.#alarm = undefined;
      run();
    });
    this.#alarm = { at: wanted, cancel };
  }

  /** Lets everybody go with nothing. */
  close(): void {
    for (const poll of this.#polls) poll.end([]);
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }
}
