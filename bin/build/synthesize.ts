import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whatever templates and bundles are made from. */
const SOURCES = ['{bin,events,functions,stacks}/**/*.{ts,mjs}', 'lib/{infra,runtime}/**/*.ts', '*.json'];

export interface SynthesizeOptions {
  /** Whether CDK checks the templates against the CloudFormation schemas: worth its seconds before a deployment. */
  validate: boolean;
  /** More arguments for `cdk synth`, such as `-c stage=prod`. */
  args?: string[];
}

/** Runs `cdk synth`, which bundles the functions first. Rejects with what it printed. */
export async function synthesize(root: string, { validate, args = [] }: SynthesizeOptions): Promise<void> {
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
  const env = { ...process.env, ...(!validate && { CDK_VALIDATION: 'false' }) };
  const child = spawn(process.execPath, [cdk, 'synth', '--quiet', '--no-notices', ...args], { cwd: root, env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0) throw new Error(`The stacks could not be synthesized:\n${printed}`);
}

/** Synthesizes unless cdk.out/ was made from exactly these sources. Resolves to whether there was anything to do. */
export async function synthesizeIfChanged(root: string): Promise<boolean> {
  const stampFile = join(root, 'cdk.out/.sources');
  const stamp = sourcesStamp(root);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  await synthesize(root, { validate: false });
  writeFileSync(stampFile, stamp);
  return true;
}

function sourcesStamp(root: string): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: root }).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}
