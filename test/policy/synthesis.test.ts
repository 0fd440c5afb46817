import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { contextArguments } from '../../bin/build/app-environment.ts';
import { root, synthesizeInto } from './templates.ts';

const folder = mkdtempSync(join(tmpdir(), 'bazaar-synthesis-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the CDK CLI writes from the bundles that there are. */
function synthesizeByCli(outDir: string): void {
  const bundled = ['--build', 'node --version'];
  execFileSync(
    process.execPath,
    [
      'node_modules/aws-cdk/bin/cdk',
      'synth',
      '--quiet',
      '--no-notices',
      ...bundled,
      '--output',
      outDir,
      ...contextArguments(),
    ],
    {
      cwd: root,
      env: { ...process.env, CDK_VALIDATION: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true' },
      stdio: 'pipe',
    },
  );
}

function filesOf(assembly: string): Record<string, string> {
  const files = globSync('*.json', { cwd: assembly }).sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(assembly, file), 'utf8')]));
}

test('what npm start synthesizes is what the CDK CLI deploys, to the byte', () => {
  const [direct, byCli] = [join(folder, 'direct'), join(folder, 'cli')];

  synthesizeInto(direct);
  synthesizeByCli(byCli);

  const files = filesOf(direct);
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['manifest.json', 'Bazaar-Order.template.json']));
  expect(filesOf(byCli)).toEqual(files);
});
