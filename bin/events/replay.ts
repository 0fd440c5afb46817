import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeArchiveCommand } from '@aws-sdk/client-eventbridge';
import { ArchiveReplay, type ReplaySpan } from './archive-replay.ts';
import { type Consumer, type DeadLetterQueue, deadLetterQueues, type Edge } from './edges.ts';
import type { Operator } from './operator.ts';
import { DEFAULT_BUS, deployedRules, readParameter } from './rules.ts';

export interface ReplayOptions extends ReplaySpan {
  /** Such as `notification/on-order-changed`. */
  to: string;
  dryRun: boolean;
  /** How long the consumer's queue has to be empty to count as drained, and its log to be complete. */
  settleMs: number;
}

export interface ReplayReport {
  stage: string;
  to: string;
  from: string;
  until: string;
  /** Missing in a dry run, which starts none. */
  replay_name?: string;
  event_types: string[];
  /** In the archive, of all kinds and times. */
  archived: number;
  /** Different events that the consumer was given. How many there will be, the archive does not tell before. */
  events?: number;
  /** Messages that came into its dead-letter queue meanwhile, replayed or not. */
  failed_meanwhile?: number;
}

interface Listener {
  consumer: Consumer;
  deadLetters: DeadLetterQueue;
  queueUrl: string;
  ruleArn: string;
  types: string[];
}

type RuleEdge = Extract<Edge, { kind: 'rule' }>;

/**
 * Brings a time of the archive back to one consumer: the other rules are left out, so that nobody else hears of it. The
 * consumer has had most of it and ignores that.
 */
export async function replay(operator: Operator, options: ReplayOptions): Promise<ReplayReport> {
  const { to, from, until, dryRun, settleMs } = options;
  const listener = await listenerNamed(operator, to);
  const archiveName = await readParameter(operator, 'platform', 'archive-name');
  const archive = await operator.events.send(new DescribeArchiveCommand({ ArchiveName: archiveName }));
  const report: ReplayReport = {
    stage: operator.stage,
    to,
    from: from.toISOString(),
    until: until.toISOString(),
    event_types: listener.types,
    archived: Number(archive.EventCount ?? 0),
  };
  if (dryRun) return report;
  const replay_name = `events-${listener.consumer.name.replaceAll('/', '-')}-${Date.now().toString(36)}`.slice(0, 64);
  const ids = { rule_arn: listener.ruleArn, queue_url: listener.queueUrl, dead_letters_url: listener.deadLetters.url };
  const failed_meanwhile = await new ArchiveReplay(archiveName, ids, operator).run(replay_name, settleMs, {
    from,
    until,
  });
  const events = await handledIn(operator, listener.consumer, replay_name);
  return { ...report, replay_name, events, failed_meanwhile };
}

async function listenerNamed(operator: Operator, name: string): Promise<Listener> {
  const [queues, rules] = await Promise.all([deadLetterQueues(operator), deployedRules(operator)]);
  const listeners = queues.flatMap((deadLetters) =>
    deadLetters.edges
      .filter((edge): edge is RuleEdge => edge.kind === 'rule')
      .flatMap(({ consumer, queue, ruleArn }): Listener[] => {
        const pattern = rules.find(({ arn, busName }) => arn === ruleArn && busName !== DEFAULT_BUS)?.pattern;
        const types = pattern && JSON.parse(pattern)['detail-type'];
        return types ? [{ consumer, deadLetters, queueUrl: queue.url, ruleArn, types }] : [];
      }),
  );
  const found = listeners.find(({ consumer }) => consumer.name === name);
  if (found) return found;
  const known = listeners.map(({ consumer }) => consumer.name).join(', ');
  throw new Error(`${name} does not listen to the bus of stage ${operator.stage}. These do: ${known}`);
}

/** How many different events the consumer has handled that this replay has brought. */
async function handledIn({ logs }: Operator, { logGroup }: Consumer, replayName: string): Promise<number> {
  const filterPattern = `{ $.message = "event handled" && $.replay_name = "${replayName}" }`;
  const ids = new Set<string>();
  for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName: logGroup, filterPattern }))
    for (const { message = '{}' } of page.events ?? []) ids.add(JSON.parse(message).event_id);
  return ids.size;
}
