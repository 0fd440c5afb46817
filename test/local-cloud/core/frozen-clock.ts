import { Clock } from '#lib/local-cloud/core/clock.ts';

/** Time passes only when a test moves it forward. */
export class FrozenClock extends Clock {
  readonly #start = Date.now();

  override now(): number {
    return this.#start + this.offsetMs;
  }
}
