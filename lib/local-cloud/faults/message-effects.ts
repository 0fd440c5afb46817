import type { ApiCall } from '../core/api.ts';
import type { Clock } from '../core/clock.ts';
import type { Met } from './api-effects.ts';

/** So that poison is known for what it is wherever it turns up. */
export const POISON = 'injected poison, which nobody can read';

/** How long a message is held back when no other comes, ms. */
const HELD_BACK_MS = 1_000;

/** Messages that wait for the next one of their queue to pass them. */
export class HeldBack {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves once another message has come into the queue of this one, or some time has passed. */
  async untilNext({ input }: ApiCall): Promise<void> {
    const queue = queueOf(input);
    const passed = new AbortController();
    const release = () => passed.abort();
    this.#waiting.set(queue, (this.#waiting.get(queue) ?? new Set()).add(release));
    await this.#clock.sleep(HELD_BACK_MS, passed.signal);
    this.#waiting.get(queue)?.delete(release);
  }

  /** A message has come into its queue. */
  passed({ input }: ApiCall): void {
    const queue = queueOf(input);
    const waiting = this.#waiting.get(queue);
    this.#waiting.delete(queue);
    for (const release of waiting ?? []) release();
  }
}

/** The messages count as received, so they come again when their visibility timeout is over. */
export async function dropMessages({ next, count }: Met): Promise<unknown> {
  const answer = (await next()) as { Messages?: unknown[] };
  if (!answer.Messages?.length) return answer;
  count();
  return {};
}

export async function poisonFirst({ call, next }: Met): Promise<unknown> {
  const real = call.input;
  call.input = { ...real, MessageBody: POISON };
  await next();
  call.input = real;
  return next();
}

function queueOf(input: object): string {
  return (input as { QueueUrl?: string }).QueueUrl?.split('/').pop() ?? '';
}
