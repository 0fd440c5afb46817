// `npm run orders -- show|list|repair`: what became of an order, which orders are stuck, and what helps them on
// (docs/orders.md). The account, or the embedded cloud, is that of the usual AWS variables: AWS_PROFILE, AWS_REGION,
// AWS_ENDPOINT_URL, ... Exit status: 0 done, or nothing is stuck; 1 orders are stuck (list), or the order has ended and
// is left alone (repair); 2 it could not be done.
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { stuckOrders, stuckOrdersText } from './orders/list.ts';
import { type RepairOrder, repairedText, repairOrder } from './orders/repair.ts';
import { storyOf, storyText } from './orders/show.ts';

const USAGE = [
  'npm run orders -- show <order_id> [--stage dev] [--json]',
  '    all that has happened to an order, the oldest first',
  'npm run orders -- list --needs-attention [--stage dev] [--json]',
  '    orders that were given up, or that have stood still for more than 5 minutes; reads the whole table',
  'npm run orders -- repair <order_id> [--retry | --undo] [--reason <why>] [--by <who>] [--dry-run] [--stage dev] [--json]',
  '    shows it, and has its saga started once more: forward, or to undo it. Neither: only says what could be done',
].join('\n');

const OPTIONS = {
  stage: { type: 'string', default: 'dev' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  'needs-attention': { type: 'boolean', default: false },
  retry: { type: 'boolean', default: false },
  undo: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  reason: { type: 'string' },
  /** Who asks, for the order's history: CloudTrail knows whose credentials they were. */
  by: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

interface Result {
  /** For `--json`. */
  document: object;
  text: string;
  status: number;
}

try {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const { document, text, status } = await perform(positionals, values);
  console.log(values.json ? JSON.stringify(document, null, 2) : text);
  process.exitCode = status;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

function perform([command = '', orderId = '', ...rest]: string[], values: Values): Promise<Result> | Result {
  if (values.help) return { document: { usage: USAGE.split('\n') }, text: USAGE, status: 0 };
  const isOrder = /^[\w-]{1,100}$/.test(orderId) && rest.length === 0;
  if (command === 'show' && isOrder) return show(orderId, values);
  if (command === 'list' && values['needs-attention'] && !orderId) return list(values);
  if (command === 'repair' && isOrder && !(values.retry && values.undo)) return repair(orderId, values);
  throw new Error(USAGE);
}

async function show(orderId: string, { stage }: Values): Promise<Result> {
  const story = await storyOf(stage, orderId);
  return { document: story, text: storyText(story), status: 0 };
}

async function list({ stage }: Values): Promise<Result> {
  const stuck = await stuckOrders(stage);
  return { document: stuck, text: stuckOrdersText(stuck), status: stuck.orders.length > 0 ? 1 : 0 };
}

async function repair(orderId: string, values: Values): Promise<Result> {
  const request = repairRequest(orderId, values);
  const story = await storyOf(values.stage, orderId);
  if (!request) return { document: story, text: storyText(story), status: 0 };
  const repaired = await repairOrder(values.stage, request);
  return {
    document: { ...story, repair: { ...repaired, dry_run: request.dry_run } },
    text: `${storyText(story)}\n${repairedText(repaired, request.dry_run)}`,
    status: repaired.outcome === 'ended' ? 1 : 0,
  };
}

/** Undefined when nothing is asked for. */
function repairRequest(order_id: string, values: Values): RepairOrder | undefined {
  const { retry, undo, reason, by = userInfo().username, 'dry-run': dry_run } = values;
  if (!retry && !undo) return undefined;
  if (!reason && !dry_run) throw new Error('Say why, for the history of the order: --reason "<why>".');
  return { order_id, action: undo ? 'undo' : 'retry', by, why: reason ?? 'dry run', dry_run };
}
