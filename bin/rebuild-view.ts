// `npm run rebuild-view -- --stage dev [--dry-run] [--json]`: makes the customers' view anew from the archive of the
// bus, beside the one that is read, tells in what they differ, and lets the new one be read from then on
// (docs/decisions/0011). Nothing stands still meanwhile. Exit status: 0 all alike, 1 differences, 2 it could not be made.
// The account, or the embedded cloud, is that of the usual AWS variables: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ...
import { parseArgs } from 'node:util';
import { type Report, rebuildView } from './rebuild-view/rebuild-view.ts';

const OPTIONS = {
  stage: { type: 'string', default: 'dev' },
  json: { type: 'boolean', default: false },
  /** Compares and leaves the view as it is. */
  'dry-run': { type: 'boolean', default: false },
  /** Lets the new view be read even if it lacks rows of the old one: is the archive as old as the view? */
  'allow-loss': { type: 'boolean', default: false },
  /** AWS's advice: events may take ten minutes into the archive. The embedded cloud's has them at once: 0. */
  'archive-lag-seconds': { type: 'string', default: '600' },
  /** SQS's counts are right a minute after the last message came in. Those of the embedded cloud always are: 0. */
  'settle-seconds': { type: 'string', default: '60' },
  help: { type: 'boolean', default: false },
} as const;

const USAGE = `Usage: npm run rebuild-view -- [--stage dev] [--dry-run] [--allow-loss] [--json]
    makes the customers' view anew from the archive, compares the two, and lets the new one be read
    --dry-run                  leaves the view that is read as it is
    --allow-loss               lets the new one be read even if it lacks rows
    --archive-lag-seconds 600  how long events may take into the archive; 0 for npm start
    --settle-seconds 60        how long the counts of queues may be wrong; 1 for npm start`;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

const OUTCOMES: Record<Report['outcome'], string> = {
  switched: 'the new view is read now',
  'dry-run': 'nothing is changed (--dry-run)',
  'would-lose': 'nothing is changed, because rows would be lost (--allow-loss lets them)',
};

try {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) console.log(USAGE);
  else await rebuild(values);
} catch (error) {
  console.error(`The view could not be rebuilt: ${(error as Error).message}`);
  process.exitCode = 2;
}

async function rebuild({ json, ...values }: Omit<Values, 'help'>): Promise<void> {
  const report = await rebuildView({
    stage: values.stage,
    dryRun: values['dry-run'],
    allowLoss: values['allow-loss'],
    archiveLagMs: milliseconds(values['archive-lag-seconds']),
    settleMs: milliseconds(values['settle-seconds']),
  });
  console.log(json ? JSON.stringify(report, null, 2) : sentences(report));
  process.exitCode = report.differences.length > 0 ? 1 : 0;
}

function milliseconds(seconds: string): number {
  if (!/^\d+$/.test(seconds)) throw new Error(`"${seconds}" is not a number of seconds.`);
  return Number(seconds) * 1000;
}

function sentences({ stage, rows, differences, outcome }: Report): string {
  const lines = differences.map(
    ({ row, live, rebuilt }) => `${row}: read is ${JSON.stringify(live)}, rebuilt is ${JSON.stringify(rebuilt)}`,
  );
  const result = lines.length === 0 ? 'as they were read' : `${lines.length} of them other than they were read`;
  return [...lines, `${rows} rows of stage ${stage} rebuilt, ${result}: ${OUTCOMES[outcome]}`].join('\n');
}
