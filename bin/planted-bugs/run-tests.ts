import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Tests } from './bugs.ts';

/** A run that takes longer hangs, ms. */
const LIMIT_MS = 15 * 60_000;

export interface TestRun {
  passed: number;
  failed: number;
  /** Names of the tests that failed. */
  failures: string[];
  /** Why no test was run at all, if so: a file that cannot be loaded, a stack that cannot be synthesized. */
  problem?: string;
  seconds: number;
}

interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** Runs the tests in a directory, in a process group of their own. */
export async function runTests(directory: string, tests: Tests, signal: AbortSignal): Promise<TestRun> {
  const startedAt = performance.now();
  const results = join(directory, 'test-results.json');
  rmSync(results, { force: true });
  const names = tests.names ? ['-t', tests.names] : [];
  const jest = [
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    tests.project,
    '--json',
    `--outputFile=${results}`,
  ];
  const child = spawn(process.execPath, [...jest, ...names, '--', ...tests.files], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const end = () => process.kill(process.platform === 'win32' ? (child.pid as number) : -(child.pid as number));
  const limit = setTimeout(end, LIMIT_MS);
  signal.addEventListener('abort', end, { once: true });
  const closed = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const errors = await text(child.stderr);
  await closed;
  clearTimeout(limit);
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  return { ...told(results, errors), seconds: Math.round((performance.now() - startedAt) / 1_000) };
}

function told(file: string, errors: string): Omit<TestRun, 'seconds'> {
  try {
    const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
    const { numPassedTests: passed, numFailedTests: failed, numRuntimeErrorTestSuites, testResults } = results;
    const problem = numRuntimeErrorTestSuites > 0 ? testResults.map(({ message }) => message).join('\n') : undefined;
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failures = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    return { passed, failed, failures, problem };
  } catch {
    return { passed: 0, failed: 0, failures: [], problem: errors.slice(-2_000) };
  }
}
