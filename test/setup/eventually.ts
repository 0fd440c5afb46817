import { setTimeout as wait } from 'node:timers/promises';

/** Pauses between looks, ms: short at first, longer when it takes its time, lest the looking be what keeps it busy. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS, GROWTH] = [100, 600, 1.5];
/** Far more than it ever takes: a slow machine must not fail a test. */
const GIVE_UP_AFTER_MS = 100_000;

/** Looks again and again until `look` neither throws nor answers `undefined`, `null` or `false`. */
export async function eventually<T>(look: () => Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS)) {
    const found = await look().catch((error: unknown) => new Failure(error));
    const isFound = !(found instanceof Failure) && Boolean(found);
    if (isFound) return found as NonNullable<Exclude<T, false>>;
    if (Date.now() > deadline) throw found instanceof Failure ? found.error : new Error('It did not happen in time.');
    await wait(pause);
  }
}

class Failure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}
