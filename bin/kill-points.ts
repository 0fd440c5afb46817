// `npm run kill-points -- [--function payment/take-payment] [--json]`: finds out where on the path of an order a function
// can be killed, before and after each of its AWS calls, kills it there, and looks whether the shop recovers. It has a
// shop of its own, in this process. Exit status: 0 all recovered, 1 not all, 2 it could not be run. How: docs/chaos.md.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizeIfChanged } from './build/synthesize.ts';
import { progressBar } from './chaos/print.ts';

const USAGE = 'npm run kill-points -- [--function payment/take-payment] [--json]';

const root = join(import.meta.dirname, '..');
const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end.abort());

// What our own code logs in this process, it logs as a service does, by name; and only when it is serious.
process.env.SERVICE_NAME = 'kill-points';
Object.assign(process.env, { FUNCTION_NAME: 'kill-points', AWS_LAMBDA_LOG_LEVEL: 'ERROR' });

try {
  const { help, json, function: only } = readArguments();
  process.exitCode = help ? usage() : await run(only, json);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
} finally {
  process.exit();
}

function usage(): number {
  console.log(USAGE);
  return 0;
}

async function run(only: string | undefined, json: boolean): Promise<number> {
  const { runKillPoints, isAllWell } = await import('./kill-points/run.ts');
  const { sentences } = await import('./kill-points/print.ts');
  await synthesizeIfChanged(root, { onStart: () => console.error('synthesizing ...'), signal: end.signal });
  const onProgress = progressBar(process.stderr);
  const options = { assemblyDir: join(root, 'cdk.out'), function: only, onProgress, signal: end.signal };
  const report = await Promise.race([runKillPoints(options), aborted()]);
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(json ? JSON.stringify(report, null, 2) : sentences(report));
  return isAllWell(report) ? 0 : 1;
}

function aborted(): Promise<never> {
  return new Promise((_, reject) => end.signal.addEventListener('abort', () => reject(new Error('Ended.'))));
}

function readArguments() {
  const options = {
    function: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n${USAGE}`, { cause });
  }
}
