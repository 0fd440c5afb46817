import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');

test('npm run deploy:local ends at once, and says what to do, where no emulator is named', () => {
  const { AWS_ENDPOINT_URL: _, ...env } = process.env;
  const args = ['bin/on-node-24.mjs', 'bin/deploy-local.ts'];

  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });

  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^AWS_ENDPOINT_URL is not set: .* Set it to where your emulator listens.*\n$/);
});

test('compose.yaml pins its images, and opens no port to others', () => {
  const lines = readFileSync(join(ROOT, 'compose.yaml'), 'utf8').split('\n');
  const valuesOf = (key: string) => lines.filter((line) => line.trim().startsWith(`${key}:`));

  expect(valuesOf('image')).toHaveLength(2);
  for (const image of valuesOf('image')) expect(image).toMatch(/:\d[\d.]+$/);
  for (const ports of valuesOf('ports')) expect(ports).toMatch(/\['127\.0\.0\.1:\d+:\d+'\]$/);
});
