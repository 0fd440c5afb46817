import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Answer } from '../setup/shop.ts';

/** Its service does not exist: who is let through hears that. Resolves to a call by a new customer. */
async function aLimitedRoute(rate_limit_per_minute: number): Promise<(token: string) => Promise<Answer>> {
  const { path_pattern } = await shop.aRoute({ path_pattern: `/test/${randomUUID()}`, rate_limit_per_minute });
  return (token) =>
    eventually(async () => {
      const answer = await shop.call(`GET ${path_pattern}`, { token });
      return answer.body.code !== 'ROUTE_NOT_FOUND' && answer;
    });
}

describe('a limit', () => {
  test('is exact within 5 % under 20 callers at once', async () => {
    const LIMIT = 60;
    const call = await aLimitedRoute(LIMIT);
    const { token } = await shop.aCustomer();
    const startedAt = Date.now();

    const callers = Array.from({ length: 20 }, async () => {
      const answers: Answer[] = [];
      for (let n = 0; n < 6; n++) answers.push(await call(token));
      return answers;
    });
    const answers = (await Promise.all(callers)).flat();

    const allowed = answers.filter(({ status }) => status === 503).length;
    const refused = answers.filter(({ status }) => status === 429).length;
    const backAgain = Math.ceil(((Date.now() - startedAt) / 60_000) * LIMIT);
    expect(allowed + refused).toBe(120);
    expect(allowed).toBeGreaterThanOrEqual(LIMIT * 0.95);
    expect(allowed).toBeLessThanOrEqual((LIMIT + backAgain) * 1.05);
  });

  test('tells whom it refuses when to come back, and refuses nobody else', async () => {
    const call = await aLimitedRoute(1);
    const [jane, joe] = await Promise.all([shop.aCustomer(), shop.aCustomer()]);

    expectProblem(await call(jane.token), 503, 'NO_HEALTHY_INSTANCE');
    const refused = await eventually(async () => {
      const answer = await call(jane.token);
      return answer.status === 429 && answer;
    });

    expectProblem(refused, 429, 'TOO_MANY_REQUESTS');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused.headers.get('ratelimit')).toMatch(new RegExp(`^"[^"]+";r=0;t=${seconds}$`));
    expect(refused.headers.get('ratelimit-policy')).toMatch(/^"[^"]+";q=1;w=60$/);
    expectProblem(await call(joe.token), 503, 'NO_HEALTHY_INSTANCE');
  });
});
