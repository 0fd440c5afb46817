import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lack } from './lacks.ts';
import { type Stubbed, stub } from './stub.ts';

const TEMPLATE = /\.template\.json$/;

/** Copies what `cdk synth` has written, with stubs for what is lacking. Resolves to those. */
export function copyAssembly(from: string, to: string, lacks: Lack[]): Stubbed[] {
  cpSync(from, to, { recursive: true, filter: (file) => !file.endsWith('.lock') });
  const templates = readdirSync(to).filter((file) => TEMPLATE.test(file));
  return templates.flatMap((file) => stubFile(to, file, lacks));
}

function stubFile(directory: string, file: string, lacks: Lack[]): Stubbed[] {
  const before = readFileSync(join(directory, file));
  const { template, stubbed } = stub(JSON.parse(before.toString()), lacks);
  if (stubbed.length === 0) return [];
  const after = JSON.stringify(template, null, 1);
  writeFileSync(join(directory, file), after);
  // Templates are uploaded under the hash of their content, and what is there already is not uploaded again.
  for (const mention of [file.replace(TEMPLATE, '.assets.json'), 'manifest.json']) {
    const path = join(directory, mention);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(hashOf(before), hashOf(after)));
  }
  return stubbed;
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
