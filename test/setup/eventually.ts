import { setTimeout as wait } from 'node:timers/promises';

/** Pause between two looks, ms. */
const PAUSE_MS = 25;
/** Far more than it ever takes: a slow machine must not fail a test. */
const GIVE_UP_AFTER_MS = 100_000;

/** Looks again and again until `look` neither throws nor answers `undefined`, `null` or `false`. */
export async function eventually<T>(look: () => Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const found = await look().catch((error: unknown) => new Failure(error));
    const isFound = !(found instanceof Failure) && Boolean(found);
    if (isFound) return found as NonNullable<Exclude<T, false>>;
    if (Date.now() > deadline) throw found instanceof Failure ? found.error : new Error('It did not happen in time.');
    await wait(PAUSE_MS);
  }
}

class Failure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}
