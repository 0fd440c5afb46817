import { afterAll, describe, expect, test } from '@jest/globals';
import { END_LIMIT_MS, ShopProcess } from './shop-process.ts';

const shops: ShopProcess[] = [];
afterAll(() => Promise.all(shops.map((shop) => shop.stop())));

function start(settings: ConstructorParameters<typeof ShopProcess>[0] = {}): ShopProcess {
  const shop = new ShopProcess(settings);
  shops.push(shop);
  return shop;
}

async function millisecondsUntil(end: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await end;
  return performance.now() - startedAt;
}

describe('a shop', () => {
  test.each(['SIGTERM', 'SIGHUP'] as const)('ends at once, with status 0, by %s while it starts', async (signal) => {
    const shop = start();
    await shop.member(/^java /);

    shop.signal(signal);

    expect(await millisecondsUntil(shop.ended)).toBeLessThan(END_LIMIT_MS);
    expect(await shop.ended).toBe(0);
    expect(shop.printed).not.toMatch(/ready|Error|stopped/);
    expect(shop.members()).toEqual([]);
  });

  test('ends when npm, which has started it, is told to end', async () => {
    const shop = start({ command: ['npm', 'start'] });
    await shop.member(/^java /);

    shop.signal('SIGTERM');

    expect(await millisecondsUntil(shop.gone())).toBeLessThan(END_LIMIT_MS);
  }, 180_000);

  test('leaves no database when its engine is killed', async () => {
    const shop = start({ flags: ['--verbose'] });
    await shop.line(/^Bazaar-dev-User: \d+ resources$/);
    const engine = await shop.member(/^\S+ bin\/start\.ts/);
    await shop.member(/^java /);

    process.kill(engine.pid, 'SIGKILL');

    expect(await shop.ended).toBe(137);
    await shop.gone();
  }, 180_000);
});
