import type { Clock } from '../core/clock.ts';
import type { NextRun } from './cron.ts';

/** Runs what is scheduled, once it is started. Runs that are missed because time leaps forward are left out. */
export class ScheduleTimers {
  #clock: Clock;
  #running = false;
  #scheduled = new Map<string, { next: NextRun; run: (scheduledAt: number) => void }>();
  #cancels = new Map<string, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets the one schedule of this key. */
  set(key: string, next: NextRun, run: (scheduledAt: number) => void): void {
    this.remove(key);
    this.#scheduled.set(key, { next, run });
    if (this.#running) this.#wait(key);
  }

  remove(key: string): void {
    this.#cancels.get(key)?.();
    this.#cancels.delete(key);
    this.#scheduled.delete(key);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    for (const key of this.#scheduled.keys()) this.#wait(key);
  }

  stop(): void {
    this.#running = false;
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }

  #wait(key: string): void {
    const schedule = this.#scheduled.get(key);
    const now = this.#clock.now();
    const at = schedule?.next(now);
    if (!schedule || at === undefined) return;
    const cancel = this.#clock.schedule(at - now, () => {
      this.#cancels.delete(key);
      this.#wait(key);
      schedule.run(at);
    });
    this.#cancels.set(key, cancel);
  }
}
