// `npm run chaos -- [--orders 2000] [--seed 7] [--json] [--evidence <file>]`: breaks a shop of its own, in this process, while it is busy,
// lets it recover and looks whether everything adds up. Exit status: 0 it does, 1 violations, 2 it could not be run.
// What is injected and what is checked: docs/chaos.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizeIfChanged } from './build/synthesize.ts';
import type { CampaignOptions } from './chaos/campaign.ts';
import { progressBar, sentences } from './chaos/print.ts';

const root = join(import.meta.dirname, '..');
const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end.abort());

// What our own code logs in this process, it logs as a service does, by name; and only when it is serious.
process.env.SERVICE_NAME = 'chaos';
Object.assign(process.env, { FUNCTION_NAME: 'chaos', AWS_LAMBDA_LOG_LEVEL: 'ERROR' });

try {
  const { runCampaign } = await import('./chaos/campaign.ts');
  const { orders, seed, json, evidence } = readArguments();
  await synthesizeIfChanged(root, { onStart: () => console.error('synthesizing ...'), signal: end.signal });
  const options: CampaignOptions = {
    assemblyDir: join(root, 'cdk.out'),
    orders,
    seed,
    onProgress: progressBar(process.stderr),
    onEvidence: (all) => evidence && writeFileSync(evidence, JSON.stringify(all, withCollections)),
    signal: end.signal,
  };
  const report = await Promise.race([runCampaign(options), aborted()]);
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(json ? JSON.stringify(report, null, 2) : sentences(report));
  process.exitCode = report.violations.length > 0 ? 1 : 0;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
} finally {
  process.exit();
}

function withCollections(_: string, value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

function aborted(): Promise<never> {
  return new Promise((_, reject) => end.signal.addEventListener('abort', () => reject(new Error('Ended.'))));
}

function readArguments(): { orders: number; seed: number; json: boolean; evidence?: string } {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '2000' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      json: { type: 'boolean', default: false },
      evidence: { type: 'string' },
    },
  });
  const [orders, seed] = [Number(values.orders), Number(values.seed)];
  if (!Number.isSafeInteger(orders) || orders < 1) throw new Error('--orders is a number from 1 up.');
  if (!Number.isSafeInteger(seed)) throw new Error('--seed is a whole number.');
  return { orders, seed, json: values.json, evidence: values.evidence };
}
