import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BucketStore, RateLimiter, type Taking } from '#lib/runtime/rate-limit/rate-limiter.ts';
import { intervalUs, type RateLimit, WINDOW_US } from '#lib/runtime/rate-limit/token-bucket.ts';

/** The table's row as DynamoDB would change it: one conditional update at a time, each of them counted. */
class Bucket implements BucketStore {
  writes = 0;
  #fullAtUs = 0;

  async take({ tokens, limit, nowUs, isInUse }: Taking) {
    // Of a bucket in use the time is put off, of a full one it is set: who guesses wrong needs a second update.
    this.writes += isInUse === this.#fullAtUs > nowUs ? 1 : 2;
    const fullAtUs = Math.max(this.#fullAtUs, nowUs) + tokens * intervalUs(limit);
    const isTaken = fullAtUs <= nowUs + WINDOW_US;
    if (isTaken) this.#fullAtUs = fullAtUs;
    return { isTaken, fullAtUs: this.#fullAtUs };
  }
}

const START_MS = Date.UTC(2026, 10, 22);

interface Load {
  limit: RateLimit;
  environments: number;
  requests: number;
  seconds: number;
  /** Which environment serves the next request. */
  pick?: (request: number, environments: number) => number;
}

/** Sends requests, evenly over the time, to environments that share a bucket. */
async function run({ limit, environments, requests, seconds, pick = (n, of) => (n * 7 + (n >> 3)) % of }: Load) {
  const bucket = new Bucket();
  const limiters = Array.from({ length: environments }, () => new RateLimiter(bucket));
  let allowed = 0;
  for (let request = 0; request < requests; request++) {
    const nowMs = START_MS + Math.floor((request * seconds * 1_000) / requests);
    const verdict = await limiters[pick(request, environments)]?.decide('jane', limit, nowMs);
    if (verdict?.isAllowed) allowed += 1;
  }
  return { allowed, writes: bucket.writes };
}

const limitOf = (perMinute: number): RateLimit => ({ name: 'test', perMinute });

describe('a limit', () => {
  test('lets so many through at once, and then one when its time has come', async () => {
    const limiter = new RateLimiter(new Bucket());
    const limit = limitOf(6);
    const at = (seconds: number) => limiter.decide('jane', limit, START_MS + seconds * 1_000);

    for (let n = 5; n >= 0; n--) expect(await at(0)).toMatchObject({ isAllowed: true, remaining: n });
    expect(await at(0)).toEqual({ isAllowed: false, limit, remaining: 0, seconds: 10 });
    expect(await at(4)).toMatchObject({ isAllowed: false, seconds: 6 });
    expect(await at(10)).toMatchObject({ isAllowed: true, remaining: 0 });
    expect(await at(10)).toMatchObject({ isAllowed: false });
  });

  test('is for each caller', async () => {
    const limiter = new RateLimiter(new Bucket());
    const buckets = new RateLimiter({
      take: ({ nowUs }) => Promise.resolve({ isTaken: true, fullAtUs: nowUs + WINDOW_US }),
    });

    expect(await limiter.decide('jane', limitOf(1), START_MS)).toMatchObject({ isAllowed: true });
    expect(await limiter.decide('jane', limitOf(1), START_MS)).toMatchObject({ isAllowed: false });
    expect(await buckets.decide('joe', limitOf(1), START_MS)).toMatchObject({ isAllowed: true });
  });

  test('is exact within 5 % under 20 callers at once, wherever their requests are served', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: 2_000 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 2, max: 5 }),
        fc.infiniteStream(fc.nat()),
        async (perMinute, environments, excess, chances) => {
          const load = { limit: limitOf(perMinute), environments, requests: perMinute * excess, seconds: 0 };
          const { allowed } = await run({ ...load, pick: (_, of) => (chances.next().value as number) % of });

          expect(allowed).toBeLessThanOrEqual(perMinute);
          expect(allowed).toBeGreaterThanOrEqual(Math.floor(perMinute * 0.95));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('is exact within 5 % over time, too', async () => {
    for (const perMinute of [60, 600, 3_000]) {
      const load = { limit: limitOf(perMinute), environments: 20, requests: perMinute * 10, seconds: 120 };
      const { allowed } = await run(load);
      // What is saved up, and what comes in two minutes.
      expect(allowed).toBeLessThanOrEqual(perMinute * 3 * 1.05);
      expect(allowed).toBeGreaterThanOrEqual(perMinute * 3 * 0.95);
    }
  });
});

describe('writes per 1,000 requests', () => {
  // The figures of docs/decisions/0013.
  test.each<[perMinute: number, environments: number, requests: number, writes: number]>([
    [6_000, 4, 5_000, 15],
    [6_000, 20, 5_000, 41],
    [1_200, 1, 1_000, 18],
    [1_200, 4, 1_000, 83],
    [1_200, 20, 1_000, 205],
    [600, 4, 500, 156],
    [60, 1, 50, 360],
    // Many more than the limit allows: who is refused costs nothing.
    [1_200, 20, 12_000, 181],
    [600, 20, 6_000, 260],
  ])(
    '%i a minute, %i environments, %i requests in a minute: %i',
    async (perMinute, environments, requests, expected) => {
      const { writes } = await run({ limit: limitOf(perMinute), environments, requests, seconds: 60 });

      expect(Math.round((writes * 1_000) / requests)).toBe(expected);
    },
  );
});
