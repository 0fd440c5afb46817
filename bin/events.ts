// `npm run events -- failed | redrive | replay | explain`: what became of events and messages, and what to do about it
// (docs/operations.md). Works on an account as on the embedded cloud, by the usual AWS variables: AWS_PROFILE,
// AWS_REGION, AWS_ENDPOINT_URL, ... Exit status: 0 done, 1 something could not be put back or handled, 2 not done.
import { parseArgs } from 'node:util';
import { explain } from './events/explain.ts';
import { failedMessages } from './events/failed.ts';
import { Operator } from './events/operator.ts';
import { sayExplanation, sayFailed, sayRedriven, sayReplayed } from './events/print.ts';
import { redrive } from './events/redrive.ts';
import { replay } from './events/replay.ts';

const USAGE = `npm run events -- failed [--service order] [--queue order/on-order-created] [--message <id>] [--event <id>] [--full]
npm run events -- redrive [--service ...] [--queue ...] [--message <id>] [--event <id>] [--dry-run]
npm run events -- replay --to notification/on-order-changed --from <ISO 8601> --until <ISO 8601> [--dry-run]
                         [--settle-seconds 60]
npm run events -- explain <event id | file.json | ->
each with [--stage dev] [--json]; exit status 0: done, 1: something could not be put back or handled, 2: not done`;

const OPTIONS = {
  stage: { type: 'string', default: 'dev' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  service: { type: 'string' },
  queue: { type: 'string' },
  message: { type: 'string' },
  event: { type: 'string' },
  /** Shows what the messages say, which may be personal. */
  full: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  to: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  /** SQS's counts are right a minute after the last message came in. Those of the embedded cloud always are: 0. */
  'settle-seconds': { type: 'string', default: '60' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

interface Outcome {
  report: object;
  said: string;
  isWhole?: boolean;
}

type Command = (operator: Operator, values: Values, rest: string[]) => Promise<Outcome>;

const COMMANDS: Record<string, Command | undefined> = {
  async failed(operator, values) {
    const found = await failedMessages(operator, values);
    const messages = values.full ? found : found.map(({ body: _, ...rest }) => rest);
    return { report: { stage: values.stage, messages }, said: sayFailed(values.stage, messages) };
  },
  async redrive(operator, { 'dry-run': dryRun, ...selection }) {
    const report = await redrive(operator, { ...selection, dryRun });
    return { report, said: sayRedriven(report), isWhole: report.failed.length === 0 };
  },
  async replay(operator, { to, from, until, 'dry-run': dryRun, 'settle-seconds': settle }) {
    if (!to) throw new Error(USAGE);
    const span = { from: timeOf('from', from), until: timeOf('until', until) };
    if (span.from >= span.until) throw new Error('--from has to be before --until.');
    const report = await replay(operator, { to, ...span, dryRun, settleMs: milliseconds(settle) });
    return { report, said: sayReplayed(report), isWhole: !report.failed_meanwhile };
  },
  async explain(operator, _, [said = '']) {
    const report = await explain(operator, said);
    return { report, said: sayExplanation(report) };
  },
};

try {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help) console.log(USAGE);
  else await run(positionals, values);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

async function run([command = '', ...rest]: string[], values: Values): Promise<void> {
  const perform = COMMANDS[command];
  if (!perform || rest.length !== (command === 'explain' ? 1 : 0)) throw new Error(USAGE);
  const operator = new Operator(values.stage);
  try {
    const { report, said, isWhole } = await perform(operator, values, rest);
    console.log(values.json ? JSON.stringify(report, null, 2) : said);
    process.exitCode = isWhole === false ? 1 : 0;
  } finally {
    operator.end();
  }
}

function timeOf(option: string, text = ''): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new Error(`--${option} has to be a time such as 2026-11-22T15:00:00Z.`);
  return time;
}

function milliseconds(seconds: string): number {
  if (!/^\d+$/.test(seconds)) throw new Error(`"${seconds}" is not a number of seconds.`);
  return Number(seconds) * 1000;
}
