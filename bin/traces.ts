// `npm run traces -- <id>`: what a request led to, through all services (docs/traces.md). The account, or the embedded
// cloud, is that of the usual AWS variables: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ... Exit status: 0 found,
// 1 nothing is known of that id, 2 it could not be done.
import { parseArgs } from 'node:util';
import { toOtlp } from '#lib/runtime/tracing/otlp.ts';
import { findTraces, someTraces } from './traces/find.ts';
import { foundText, mapText } from './traces/print.ts';
import { seenServiceMap } from './traces/service-map.ts';
import { treesOf } from './traces/tree.ts';
import { XrayClient } from './traces/xray-client.ts';

const USAGE = `npm run traces -- <trace, correlation, order, user or event id> [--all] [--hours 6] [--json | --otlp]
    draws the trace, the largest if there are several, or all of them
npm run traces -- --map [--hours 6] [--json]
    which service has to do with which, as the traces show it
exit status 0: found, 1: nothing is known of it, 2: it could not be done`;

const OPTIONS = {
  json: { type: 'boolean', default: false },
  otlp: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  map: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  /** How far to look back for traces that are not named by their own id. */
  hours: { type: 'string', default: '6' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

try {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  await run(positionals, values);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

async function run([id, ...rest]: string[], values: Values): Promise<void> {
  if (values.help) return console.log(USAGE);
  if (rest.length > 0 || (id === undefined) !== values.map || (values.json && values.otlp)) throw new Error(USAGE);
  const hours = Number(values.hours);
  if (!(hours > 0 && hours <= 720)) throw new Error('--hours is a number up to 720: X-Ray keeps traces for 30 days.');
  if (id === undefined) await showMap(hours, values);
  else await showTraces(id, hours, values);
}

async function showTraces(id: string, hours: number, { json, otlp, all }: Values): Promise<void> {
  const traces = await findTraces(new XrayClient(), id, hours);
  if (traces.length === 0) process.exitCode = 1;
  if (otlp) return print(toOtlp(traces.flatMap(({ segments }) => segments.filter(({ inferred }) => !inferred))));
  if (!json) return console.log(foundText(id, traces, { all, hours }));
  print({ traces: traces.map((trace) => ({ ...trace, connected: treesOf(trace.segments).length === 1 })) });
}

async function showMap(hours: number, { json }: Values): Promise<void> {
  const edges = seenServiceMap(await someTraces(new XrayClient(), hours));
  if (edges.length === 0) process.exitCode = 1;
  if (json) print({ edges });
  else console.log(mapText(edges));
}

function print(document: object): void {
  console.log(JSON.stringify(document, null, 2));
}
