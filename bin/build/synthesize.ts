import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { appEnvironment, contextArguments, sagaType } from './app-environment.ts';
import { underLock } from './lock.ts';

/** Whatever templates and bundles are made from. */
const SOURCES = [
  '{bin,events,functions,stacks}/**/*.{ts,mjs}',
  'lib/{infra,runtime}/**/*.ts',
  'contracts/openapi.json',
  '*.json',
];
/** What a synthesis leaves. Assets are named by their content, so that these files tell of them too. */
const RESULTS = ['cdk.out/{manifest,*.assets,*.template}.json'];

/**
 * Runs `cdk synth`, with CDK's validation of the templates against the CloudFormation schemas: worth its seconds before
 * a deployment. `args` are further arguments, such as `-c stage=prod`. Rejects with what went wrong, in the words of
 * who found it.
 */
export function synthesize(root: string, args: string[]): Promise<void> {
  return alone(root, undefined, () =>
    stamped(root, args.length === 0, () => {
      const cli = join(root, 'node_modules/aws-cdk/bin/cdk');
      // Telemetry would be a process that outlives us, and that looks for a network.
      const env = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' };
      return runNode(root, [cli, 'synth', '--quiet', '--no-notices', ...contextArguments(), ...args], { env });
    }),
  );
}

/** Two shops may follow the same sources, and tests may start a third: they synthesize one after the other. */
function alone<T>(root: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  mkdirSync(join(root, 'cdk.out'), { recursive: true });
  return underLock(join(root, 'cdk.out/.lock'), signal, work);
}

/** Notes which sources cdk.out/ is made from, when it is the one that everybody wants. */
async function stamped(root: string, isUsual: boolean, make: () => Promise<void>): Promise<void> {
  const sources = digestOfSources(root);
  // Should this fail half way, the next start must not take what is there for the real thing.
  rmSync(stampFile(root), { force: true });
  await make();
  if (isUsual) writeFileSync(stampFile(root), stamp(root, sources));
}

/** What `cdk synth` does with cdk.json, without the CLI: first `build`, then `app`. */
async function bundleAndRunApp(root: string, signal?: AbortSignal): Promise<void> {
  await runNode(root, ['bin/build.ts'], { env: process.env, signal });
  await runNode(root, ['bin/bazaar.ts'], { env: appEnvironment(root, join(root, 'cdk.out')), signal });
}

async function runNode(
  root: string,
  args: string[],
  { env, signal }: { env: NodeJS.ProcessEnv; signal?: AbortSignal },
) {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own can be ended as a whole: the bundler is a process too, and the CLI starts shells.
    detached: signal !== undefined && process.platform !== 'win32',
  });
  const end = () => endGroup(child);
  signal?.addEventListener('abort', end, { once: true });
  const status = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const printed = await Promise.all([text(child.stdout), text(child.stderr)]);
  signal?.removeEventListener('abort', end);
  signal?.throwIfAborted();
  if ((await status) !== 0) throw new Error(`The stacks could not be synthesized:\n${withoutNoise(printed.join(''))}`);
}

function endGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid as number), 'SIGKILL');
  } catch {
    // Windows has no groups; elsewhere this one has just ended by itself.
    child.kill('SIGKILL');
  }
}

/** Without stack traces, and without what Node and CDK add: that some command failed is told already. */
function withoutNoise(printed: string): string {
  const thrown = /^node:internal.*\n\s+triggerUncaughtException\(\n\s+\^\n/m;
  const noise = /^\s+at |^Node\.js v|Subprocess exited with error|^bundled \d+ functions|^\s*$/;
  const lines = printed.replace(thrown, '').split('\n');
  return lines.filter((line) => !noise.test(line)).join('\n');
}

/**
 * Synthesizes, without CDK's validation, unless cdk.out/ was made from exactly these sources, and by nobody since who
 * wanted something else from them (another stage). `onStart` is called when there is something to do. Resolves to
 * whether there was.
 */
export async function synthesizeIfChanged(
  root: string,
  { onStart, signal }: { onStart?(): void; signal?: AbortSignal } = {},
): Promise<boolean> {
  if (isCurrent(root)) return false;
  onStart?.();
  return alone(root, signal, async () => {
    // Somebody else may have done it while we waited.
    if (!isCurrent(root)) await stamped(root, true, () => bundleAndRunApp(root, signal));
    return true;
  });
}

function isCurrent(root: string): boolean {
  const file = stampFile(root);
  return existsSync(file) && readFileSync(file, 'utf8') === stamp(root, digestOfSources(root));
}

/** What is asked for by variable makes other stacks as much as another source does. */
function digestOfSources(root: string): string {
  return [digest(root, SOURCES), ...Object.values(sagaType())].join(' ');
}

function stampFile(root: string): string {
  return join(root, 'cdk.out/.sources');
}

function stamp(root: string, sources: string): string {
  return `${sources} ${digest(root, RESULTS)}`;
}

function digest(root: string, patterns: string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync(patterns, { cwd: root }).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}
