import { setTimeout as wait } from 'node:timers/promises';

/** Pause between two looks, ms. */
const PAUSE_MS = 25;
/** Far more than it ever takes: a slow machine must not fail a test. */
const GIVE_UP_AFTER_MS = 25_000;

/** Looks again and again until `look` neither throws nor answers `undefined`, `null` or `false`. */
export async function eventually<T>(look: () => Promise<T> | T): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const { answer, error } = await attempt(look);
    if (answer) return answer as NonNullable<Exclude<T, false>>;
    if (Date.now() > deadline) throw error ?? new Error('It did not happen in time.');
    await wait(PAUSE_MS);
  }
}

async function attempt<T>(look: () => Promise<T> | T): Promise<{ answer?: T; error?: unknown }> {
  try {
    return { answer: await look() };
  } catch (error) {
    return { error };
  }
}
