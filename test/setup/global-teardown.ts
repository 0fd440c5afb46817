import type { Config } from '@jest/types';
import { hasOwnShop, stopShop } from './global-setup.ts';
import { checkLogLines } from './log-lines.ts';
import { mapOfTheSuite } from './map-of-the-suite.ts';
import { tracesOfTheSuite } from './traces-of-the-suite.ts';

/** Runs after the end-to-end tests: what all of them have done together is looked at, where that can be done. */
export default async function endShop({ testPathPatterns }: Config.GlobalConfig): Promise<void> {
  try {
    if (!hasOwnShop()) return;
    const awsUrl = process.env.BAZAAR_AWS_URL ?? '';
    const run = { isWhole: testPathPatterns.patterns.length === 0 };
    // The traces wait for what is still under way, and the map is made of them.
    const inTraces = async () => [await tracesOfTheSuite(awsUrl), await mapOfTheSuite(awsUrl, run)];
    const found = await Promise.all([checkLogLines(awsUrl), inTraces()]);
    process.stdout.write(`${found.flat().join('\n')}\n`);
  } finally {
    await stopShop();
  }
}
