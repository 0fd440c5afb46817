import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const root = join(__dirname, '..');
const LEFT_BEHIND = ['.git', 'node_modules', 'cdk.out', '.bazaar'];

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'bazaar-'));
  cpSync(root, copy, { recursive: true, filter: (path) => !isLeftBehind(relative(root, path)) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

function isLeftBehind(path: string): boolean {
  return LEFT_BEHIND.some((left) => path === left || path.startsWith(left + sep));
}

/** Runs a script in the copy, as somebody who knows nothing of this test run would. */
function run(...args: string[]) {
  const { BAZAAR_API_URL: _api, BAZAAR_AWS_URL: _aws, JEST_WORKER_ID: _worker, ...env } = process.env;
  return promisify(execFile)(process.execPath, args, { cwd: copy, env });
}

describe('a service made by npm run new:service', () => {
  test('has types and a style that pass the check, and passes its own tests untouched', async () => {
    await run('bin/new-service.ts', '--name', 'review');

    const files = ['functions/review', 'events/review-events.ts', 'stacks/review-stack.ts', 'bin/bazaar.ts'];
    await run('node_modules/@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...files);
    const ours = ['test/review', 'test/e2e/review.test.ts'];
    writeFileSync(
      join(copy, 'tsconfig.review.json'),
      JSON.stringify({ extends: './tsconfig.json', include: [...files, ...ours] }),
    );
    await run('node_modules/typescript/bin/tsc', '--noEmit', '--project', 'tsconfig.review.json');
    const { stderr } = await run('node_modules/jest/bin/jest.js', '--', 'review');
    expect(stderr).toContain('Test Suites: 2 passed, 2 total');
  });

  test('cannot take the name of one that exists, nor a name that is none', async () => {
    await expect(run('bin/new-service.ts', '--name', 'order')).rejects.toThrow('There is a service order already');
    await expect(run('bin/new-service.ts', '--name', 'Two words')).rejects.toThrow('one singular lower-case word');
  });
});
