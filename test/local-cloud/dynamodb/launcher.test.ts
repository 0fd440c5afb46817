import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const LAUNCHER = join(import.meta.dirname, '../../../lib/local-cloud/dynamodb/launcher');
// Only the same compiler makes the same bytes; users need none.
const compiler = spawnSync('javac', ['-version'], { encoding: 'utf8' });
const testWithCompiler = /^javac 17\./.test(`${compiler.stdout}${compiler.stderr}`) ? test : test.skip;

describe('the loopback provider', () => {
  testWithCompiler('is compiled from the source beside it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bazaar-launcher-'));
    try {
      const rebuilt = join(folder, 'rebuilt.jar');
      execFileSync('sh', [join(LAUNCHER, 'build.sh'), rebuilt]);

      expect(readFileSync(rebuilt).equals(readFileSync(join(LAUNCHER, 'loopback-provider.jar')))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
