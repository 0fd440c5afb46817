import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Config } from '@jest/types';
import { shareDatabase } from './shared-database.ts';

// Jest loads setup and teardown apart from each other: they meet here.
const shared = globalThis as { shopProcess?: ChildProcess };

/** Runs before the end-to-end tests: `npm start` on free ports, unless the tests are pointed at another shop. */
export default async function startShop({ testPathPatterns }: Config.GlobalConfig): Promise<void> {
  if (process.env.BAZAAR_API_URL) return;
  await shareDatabase();
  process.env.BAZAAR_ADMIN_PASSWORD = randomUUID();
  // Few tests call few functions: the others need not be started.
  const flags = testPathPatterns.patterns.length > 0 ? ['--no-warm-up'] : [];
  const child = spawn(process.execPath, ['bin/on-node-24.mjs', 'bin/start.ts', ...flags], {
    env: { ...process.env, PORT: '0', AWS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  shared.shopProcess = child;
  const [apiUrl, awsUrl] = await readyLine(child);
  Object.assign(process.env, { BAZAAR_API_URL: apiUrl, BAZAAR_AWS_URL: awsUrl });
}

function readyLine(child: ChildProcess): Promise<string[]> {
  const printed: string[] = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      printed.push(line);
      const ready = /^ready (\S+) \(AWS endpoint (\S+)\)$/.exec(line);
      if (ready) resolve(ready.slice(1));
    });
    child.on('exit', () => reject(new Error(`The shop did not start:\n${printed.join('\n')}`)));
  });
}

/** Not where the tests are pointed at another shop. */
export function hasOwnShop(): boolean {
  return shared.shopProcess !== undefined;
}

/** Runs after the end-to-end tests. */
export async function stopShop(): Promise<void> {
  const child = shared.shopProcess;
  if (!child) return;
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
