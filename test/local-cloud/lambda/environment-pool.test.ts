import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { EnvironmentPool } from '#lib/local-cloud/lambda/environment-pool.ts';
import type { ExecutionEnvironment } from '#lib/local-cloud/lambda/execution-environment.ts';

/** Longer than a pool waits for an environment that is busy. */
const LONG_MS = 1_000;

let started: ExecutionEnvironment[];
let startTakesMs: number;
let pool: EnvironmentPool;

beforeEach(() => {
  jest.useFakeTimers();
  started = [];
  startTakesMs = 0;
  const start = () => {
    const ready = new Promise<void>((resolve) => (startTakesMs > 0 ? setTimeout(resolve, startTakesMs) : resolve()));
    const environment = { alive: true, started: ready, idleSince: 0, retire: async () => {} };
    started.push(environment as unknown as ExecutionEnvironment);
    return started.at(-1) as ExecutionEnvironment;
  };
  pool = new EnvironmentPool({ start, limit: () => 2, now: () => 0 });
});

afterEach(() => {
  jest.useRealTimers();
});

describe('a call while all environments are busy', () => {
  test('gets one that is given back at once, and nothing more starts', async () => {
    const first = await pool.take();
    const waiting = pool.take();

    pool.give(first);

    expect(await waiting).toBe(first);
    await jest.advanceTimersByTimeAsync(LONG_MS);
    expect(started).toHaveLength(1);
  });

  test('gets a new one when none is given back, and only as many start as may', async () => {
    const first = await pool.take();
    const waiting = [pool.take(), pool.take()];

    await jest.advanceTimersByTimeAsync(LONG_MS);

    const second = await waiting[0];
    expect(started).toEqual([first, second]);
    pool.give(first);
    expect(await waiting[1]).toBe(first);
  });

  test('waits for as long as a start takes', async () => {
    startTakesMs = LONG_MS;
    const first = pool.take();
    await jest.advanceTimersByTimeAsync(LONG_MS);
    await first;
    void pool.take();

    await jest.advanceTimersByTimeAsync(LONG_MS - 1);
    expect(started).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(started).toHaveLength(2);
  });

  test('is served by as many as may exist when calls keep coming', async () => {
    const busy = await pool.take();
    let waiting = pool.take();
    for (let turn = 0; turn < LONG_MS / 10; turn++) {
      const next = pool.take();
      pool.give(busy);
      await waiting;
      waiting = next;
      await jest.advanceTimersByTimeAsync(10);
    }

    expect(started).toHaveLength(2);
  });

  test('is refused when the pool stops, and nothing more starts', async () => {
    await pool.take();
    const waiting = pool.take() as Promise<ExecutionEnvironment>;

    await pool.stop(new Error('no more'));

    await expect(waiting).rejects.toThrow('no more');
    await jest.advanceTimersByTimeAsync(LONG_MS);
    expect(started).toHaveLength(1);
  });
});
