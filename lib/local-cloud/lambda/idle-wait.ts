import type { Clock } from '../core/clock.ts';

// How soon to look again after the source was found empty, and how seldom at last: every write nudges, so what is found
// then is only what DynamoDB Local was slow to put into its stream.
const SHORTEST_MS = 50;
const LONGEST_MS = 5000;
const GROWTH = 4;
// After a nudge the news is a few milliseconds away: DynamoDB Local needs them to write its stream.
const AFTER_NUDGE_MS = 5;
// After as much was found as there were nudges: each needless look is a request to the database.
const AFTER_ALL_MS = 500;

/** Paces the polling of a source: often while something happens, seldom when not, at once when nudged. */
export class IdleWait {
  readonly #clock: Clock;
  #delayMs = SHORTEST_MS;
  /** Since the last look. */
  #nudges = 0;
  /** Before it. */
  #announced = 0;
  #waiting: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something was found: look again soon, unless that was all that was announced. */
  found(count: number): void {
    this.#delayMs = count < this.#announced ? SHORTEST_MS : AFTER_ALL_MS;
  }

  nudge(): void {
    this.#nudges++;
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
    this.#announced = this.#nudges;
    this.#nudges = 0;
    if (this.#announced > 0) this.#delayMs = AFTER_NUDGE_MS;
    return this.#announced > 0;
  }
}
