/** For each call this much is put aside for repetitions: they may add a fifth to the load, no more. */
const PER_CALL = 0.2;
/** A few can always be repeated, and no more than these in a row. */
const MOST = 10;

/** Keeps repetitions from burying a service that is in trouble already: what fails for all is not repeated for all. */
export class RetryBudget {
  #left = MOST;

  /** To be called for each call, not for its repetitions. */
  deposit(): void {
    this.#left = Math.min(MOST, this.#left + PER_CALL);
  }

  /** Whether one more repetition may be sent. */
  withdraw(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
