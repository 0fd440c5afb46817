import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runCampaign } from '#bin/chaos/campaign.ts';

const ORDERS = 10;

/** Whatever the machine does to the order of things: nothing is lost, nothing is twice. */
test('a small campaign ends without violations', async () => {
  const assemblyDir = join(__dirname, '../../cdk.out');

  const report = await runCampaign({ assemblyDir, short: true, orders: ORDERS, seed: 5, onProgress: () => undefined });

  expect(report.violations).toEqual([]);
  const { confirmed = 0, cancelled = 0, needs_attention = 0 } = report.ends;
  expect(confirmed + cancelled + needs_attention).toBeGreaterThanOrEqual(report.accepted);
  expect(report.accepted).toBeGreaterThan(0);
  expect(Object.values(report.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
});
