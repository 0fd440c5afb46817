import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Deployed } from './deploy.ts';
import { argumentsWithout, type Difference, type TestOutcome } from './differences.ts';

/** Which shop to test, and where its cloud is. */
export type TestedShop = Pick<Deployed, 'api_url' | 'aws_url' | 'admin_password'>;

/** What jest writes for programs, as far as it is read here. */
interface JestReport {
  testResults: {
    name: string;
    message: string;
    assertionResults: { title: string; status: 'passed' | 'failed' | 'pending' | 'skipped' | 'todo' }[];
  }[];
}

export interface SuiteOptions {
  root: string;
  /** Where jest leaves its report. */
  reportFile: string;
  /** Not to be run. */
  without: Difference[];
}

/** Runs the end-to-end suite against a shop, with everything that jest has to say on standard error. */
export async function testShop(shop: TestedShop, { root, reportFile, without }: SuiteOptions): Promise<TestOutcome[]> {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const args = ['--selectProjects', 'e2e', '--json', '--outputFile', reportFile];
  // One of an earlier run may be in a directory that is kept.
  rmSync(reportFile, { force: true });
  const child = spawn(process.execPath, [jest, ...args, ...argumentsWithout(without)], {
    cwd: root,
    env: {
      ...process.env,
      BAZAAR_API_URL: shop.api_url,
      BAZAAR_AWS_URL: shop.aws_url,
      BAZAAR_ADMIN_PASSWORD: shop.admin_password,
    },
    stdio: ['ignore', 2, 2],
  });
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (!existsSync(reportFile)) throw new Error('The end-to-end suite did not come to its end: see above.');
  return outcomesIn(JSON.parse(readFileSync(reportFile, 'utf8')));
}

/** Without those that were not run. A file that could not even be loaded counts as one test that failed. */
export function outcomesIn({ testResults }: JestReport): TestOutcome[] {
  return testResults.flatMap(({ name, message, assertionResults }): TestOutcome[] => {
    const file = basename(name);
    if (assertionResults.length === 0) return [{ file, test: message.trim().split('\n')[0] ?? '', passed: false }];
    const ran = assertionResults.filter(({ status }) => status !== 'pending');
    return ran.map(({ title, status }) => ({ file, test: title, passed: status === 'passed' }));
  });
}
