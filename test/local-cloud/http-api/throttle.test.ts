import { describe, expect, test } from '@jest/globals';
import { answerOf, fakeCloud, startApi } from './api-on-fake-cloud.ts';

const serve = async (stage: Record<string, unknown>) => {
  const cloud = fakeCloud({ main: () => 'ok' });
  const api = await startApi(cloud, { routes: { 'GET /a': {}, 'GET /b': {} }, stage });
  const statuses = async (path: string, count: number) => {
    const seen: number[] = [];
    for (let i = 0; i < count; i++) seen.push((await fetch(`${api.url}${path}`)).status);
    return seen;
  };
  return { ...api, clock: cloud.clock, statuses };
};

// So slow that a test's own time does not refill a bucket.
const TWO_THEN_ONE_EACH_1000_S = { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 };

describe('throttling', () => {
  test('answers 429 when the burst is used up, and refills with time', async () => {
    const { url, statuses, clock } = await serve({ DefaultRouteSettings: TWO_THEN_ONE_EACH_1000_S });

    expect(await statuses('/a', 2)).toEqual([200, 200]);
    expect(await answerOf(await fetch(`${url}/a`))).toEqual({ status: 429, body: { message: 'Too Many Requests' } });

    clock.advance(1_000_000);
    expect(await statuses('/a', 2)).toEqual([200, 429]);
  });

  test('counts each route by itself', async () => {
    const { statuses } = await serve({ DefaultRouteSettings: TWO_THEN_ONE_EACH_1000_S });

    await statuses('/a', 3);

    expect(await statuses('/b', 1)).toEqual([200]);
  });

  test("puts a route's own limits before the stage's", async () => {
    const { statuses } = await serve({
      DefaultRouteSettings: TWO_THEN_ONE_EACH_1000_S,
      RouteSettings: { 'GET /a': { ThrottlingBurstLimit: 1 } },
    });

    expect(await statuses('/a', 2)).toEqual([200, 429]);
    expect(await statuses('/b', 2)).toEqual([200, 200]);
  });

  test('of zero lets nothing pass', async () => {
    const { statuses } = await serve({ DefaultRouteSettings: { ThrottlingBurstLimit: 0, ThrottlingRateLimit: 0 } });

    expect(await statuses('/a', 1)).toEqual([429]);
  });
});
