import type { Clock } from '../core/clock.ts';
import { MINUTE_MS, periodStart } from './timestamp.ts';

/** When the time is moved on by more than this, only the last hour is gone through minute by minute. */
const MOST_MINUTES = 60;

/** Calls `tick` at the end of each minute with that time; the returned function stops it. */
export function everyMinute(clock: Clock, tick: (endMs: number) => void): () => void {
  let last = periodStart(clock.now(), MINUTE_MS);
  let cancel = () => {};
  const wait = () => {
    cancel = clock.schedule(last + MINUTE_MS - clock.now(), () => {
      const current = periodStart(clock.now(), MINUTE_MS);
      last = Math.max(last, current - MOST_MINUTES * MINUTE_MS);
      while (last < current) {
        last += MINUTE_MS;
        tick(last);
      }
      wait();
    });
  };
  wait();
  return () => cancel();
}
