import { setTimeout as wait } from 'node:timers/promises';

/** Pause between two attempts, ms. */
const PAUSE_MS = 100;

/**
 * Asks again until the answer is good or `withinMs` have passed, and resolves to the last answer. For reads of what
 * arrives by event and may be a moment behind.
 */
export async function retryUntil<T>(
  ask: () => Promise<T>,
  isGood: (answer: T) => boolean,
  withinMs: number,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isGood(answer) || Date.now() >= deadline) return answer;
    await wait(PAUSE_MS);
  }
}
