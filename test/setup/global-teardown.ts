import type { Config } from '@jest/types';
import { hasOwnShop, stopShop } from './global-setup.ts';
import { checkLogLines } from './log-lines.ts';
import { mapOfTheSuite } from './map-of-the-suite.ts';
import { tracesOfTheSuite } from './traces-of-the-suite.ts';

/** Runs after the end-to-end tests: what all of them have done together is looked at, where that can be done. */
export default async function endShop({ testPathPatterns }: Config.GlobalConfig): Promise<void> {
  try {
    if (!hasOwnShop()) return;
    process.stdout.write(`${await checkLogLines(process.env.BAZAAR_AWS_URL ?? '')}\n`);
    await lookAtTraces({ isWhole: testPathPatterns.patterns.length === 0 });
  } finally {
    await stopShop();
  }
}

async function lookAtTraces(run: { isWhole: boolean }): Promise<void> {
  const awsUrl = process.env.BAZAAR_AWS_URL ?? '';
  const found = [await tracesOfTheSuite(awsUrl), await mapOfTheSuite(awsUrl, run)];
  process.stdout.write(`${found.join('; ')}\n`);
}
