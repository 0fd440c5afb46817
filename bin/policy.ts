// Checks the stacks of dev and prod by cdk-nag. Exit status 1 when it finds what bin/policy/acknowledged.ts does not name.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from './build/synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'bazaar-policy-'));
try {
  for (const stage of ['dev', 'prod']) {
    const args = ['-c', 'policy=true', '-c', `stage=${stage}`, '--output', join(folder, stage)];
    await synthesize(join(import.meta.dirname, '..'), args);
    console.log(`${stage}: nothing was found that is not acknowledged`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
