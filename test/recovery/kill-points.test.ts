import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isAllWell, runKillPoints } from '#bin/kill-points/run.ts';
import { STORIES } from '#bin/kill-points/stories.ts';

/** A sample of `npm run kill-points`. */
test('an order whose charge is killed at each of its calls is paid for once', async () => {
  const stories = STORIES.filter(({ name }) => name === 'confirmed');

  const report = await runKillPoints({
    assemblyDir: join(__dirname, '../../cdk.out'),
    short: true,
    function: 'payment/take-payment',
    stories,
    onProgress: () => undefined,
  });

  expect(report.violations).toEqual([]);
  expect(report.points.flatMap(({ violations }) => violations)).toEqual([]);
  const places = report.points.map(({ kill, action, what }) => `${kill} ${action} ${what}`);
  // Of the payment's end the provider's webhook may have told first: then the charge has no second row to write.
  expect(places).toContain('local:process-killed PutItem PAYMENT attempting');
  expect(places).toContain('local:process-killed-after-effect PutItem PAYMENT attempting');
  expect(isAllWell(report)).toBe(true);
});
