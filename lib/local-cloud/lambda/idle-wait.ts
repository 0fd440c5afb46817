import type { Clock } from '../core/clock.ts';

// How soon to look again after the source was found empty, and how seldom at last: every write nudges, so what is found
// then is only what DynamoDB Local was slow to put into its stream.
const SHORTEST_MS = 50;
const LONGEST_MS = 2000;
const GROWTH = 4;
// After a nudge the news is a few milliseconds away: DynamoDB Local needs them to write its stream.
const AFTER_NUDGE_MS = 5;

/** Paces the polling of a source: often while something happens, seldom when not, at once when nudged. */
export class IdleWait {
  readonly #clock: Clock;
  #delayMs = SHORTEST_MS;
  #nudged = false;
  #waiting: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something was found: look again soon after the next empty answer. */
  reset(): void {
    this.#delayMs = SHORTEST_MS;
  }

  nudge(): void {
    this.#nudged = true;
    this.#waiting?.abort();
  }

  /** Waits for the time of the next poll, a nudge or the signal. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#takeNudge() || signal.aborted) return;
    const waiting = new AbortController();
    const abort = () => waiting.abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#waiting = waiting;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * GROWTH, LONGEST_MS);
    await this.#clock.sleep(delayMs, waiting.signal);
    this.#waiting = undefined;
    signal.removeEventListener('abort', abort);
    this.#takeNudge();
  }

  #takeNudge(): boolean {
    if (!this.#nudged) return false;
    this.#nudged = false;
    this.#delayMs = AFTER_NUDGE_MS;
    return true;
  }
}
