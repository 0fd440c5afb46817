// `npm run logs -- <id>`: what all services have logged about an order or a request, in the order of time; and the saved
// queries (docs/observability.md). The account, or the embedded cloud, is that of the usual AWS variables: AWS_PROFILE,
// AWS_REGION, AWS_ENDPOINT_URL, ... Exit status: 0 there is something, 1 there is nothing, 2 it could not be asked for.
import { parseArgs } from 'node:util';
import { rowsText, storyText } from './logs/print.ts';
import { runSaved, savedQueries } from './logs/saved.ts';
import { storyOf } from './logs/story.ts';

const USAGE = [
  'npm run logs -- <correlation or order id> [--since 24h] [--stage dev] [--json]',
  '    all that was logged about it and about what the same requests led to, the oldest first',
  'npm run logs -- saved [<name> [--set <parameter>=<value>]...] [--since 24h] [--stage dev] [--json]',
  '    runs a saved query of Logs Insights; without a name: lists them',
  '--since: how far back to look, such as 30m, 24h or 7d. On an account, Logs Insights costs $0.005 for each GB of it.',
].join('\n');

const OPTIONS = {
  stage: { type: 'string', default: 'dev' },
  since: { type: 'string', default: '24h' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

interface Result {
  /** For `--json`. */
  document: object;
  text: string;
  isEmpty: boolean;
}

const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

try {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const { document, text, isEmpty } = await perform(positionals, values);
  console.log(values.json ? JSON.stringify(document, null, 2) : text);
  process.exitCode = isEmpty ? 1 : 0;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

async function perform([first = '', name, ...rest]: string[], values: Values): Promise<Result> {
  if (values.help) return { document: { usage: USAGE.split('\n') }, text: USAGE, isEmpty: false };
  if (first === 'saved' && !name) return list(values);
  if (first === 'saved' && name && rest.length === 0) return saved(name, values);
  // Of these characters are all our ids, and all correlation ids that are taken from clients.
  if (name || !/^[\w.:@/+=#-]{1,200}$/.test(first)) throw new Error(USAGE);
  const story = await storyOf(values.stage, first, spanOf(values));
  return { document: story, text: storyText(story), isEmpty: story.lines.length === 0 };
}

async function list({ stage }: Values): Promise<Result> {
  const known = await savedQueries(stage);
  const document = [...known].map(([name, { queryString, parameters }]) => ({ name, queryString, parameters }));
  const text = document.map(({ name, queryString }) => `${name}\n    ${queryString}`).join('\n');
  return { document, text: text || `Stage ${stage} has no saved queries.`, isEmpty: known.size === 0 };
}

async function saved(name: string, values: Values): Promise<Result> {
  const parameters = Object.fromEntries((values.set ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  const rows = await runSaved(values.stage, name, { ...spanOf(values), values: parameters });
  return { document: rows, text: rowsText(rows), isEmpty: rows.length === 0 };
}

function spanOf({ since }: Values) {
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(since) ?? [];
  if (!count) throw new Error(`--since is "${since}": say how far back to look, such as 30m, 24h or 7d.`);
  const until = new Date();
  return { from: new Date(until.getTime() - Number(count) * (UNIT_MS[unit] ?? 0)), until };
}
