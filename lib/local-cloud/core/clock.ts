/** One timer that has not gone off yet. */
interface Timer {
  dueAt: number;
  run: () => void;
}

// setTimeout cannot wait longer than 2^31 - 1 ms; a longer wait is made of several.
const LONGEST_WAIT_MS = 2_147_483_647;

/**
 * The time of the embedded cloud. It runs with the wall clock until a test moves it forward;
 * whatever waits (visibility timeouts, delays, schedules, retries, deadlines of a saga) waits on this clock,
 * so an hour passes in a test in no time.
 */
export class Clock {
  #offsetMs = 0;
  #timers = new Set<Timer>();
  #alarm: NodeJS.Timeout | undefined;
  /** When the alarm goes off, on this clock. It may be too early for the timers that are left, never too late. */
  #alarmAt = Number.POSITIVE_INFINITY;

  /** Milliseconds since the epoch, as this cloud sees it. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** How far this clock is ahead of the wall clock, in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Runs `run` once `delayMs` have passed; the returned function calls it off. */
  schedule(delayMs: number, run: () => void): () => void {
    const timer: Timer = { dueAt: this.now() + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    if (timer.dueAt < this.#alarmAt) this.#setAlarm();
    return () => {
      this.#timers.delete(timer);
      if (this.#timers.size === 0) this.#setAlarm();
    };
  }

  /** Resolves when `delayMs` have passed, or as soon as `signal` is aborted (it never rejects). */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = this.schedule(delayMs, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      const abort = () => {
        cancel();
        resolve();
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Moves the time forward: every timer that falls due on the way goes off, the earliest first. */
  advance(ms: number): void {
    this.#offsetMs += ms;
    this.#ring();
  }

  /** Forgets all timers, so that nothing keeps the process alive. */
  stop(): void {
    this.#timers.clear();
    this.#setAlarm();
  }

  #setAlarm(): void {
    clearTimeout(this.#alarm);
    let next = Number.POSITIVE_INFINITY;
    for (const timer of this.#timers) next = Math.min(next, timer.dueAt);
    this.#alarmAt = next;
    if (this.#timers.size === 0) return;
    this.#alarm = setTimeout(() => this.#ring(), Math.min(Math.max(0, next - this.now()), LONGEST_WAIT_MS));
  }

  #ring(): void {
    const now = this.now();
    const due = [...this.#timers].filter((timer) => timer.dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    for (const timer of due) {
      if (!this.#timers.delete(timer)) continue;
      timer.run();
    }
    this.#setAlarm();
  }
}
