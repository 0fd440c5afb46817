import type { Explanation } from './explain.ts';
import type { FailedMessage } from './failed-message.ts';
import type { RedriveReport } from './redrive.ts';
import type { ReplayReport } from './replay.ts';

export function sayFailed(stage: string, messages: FailedMessage[]): string {
  const queues = new Set(messages.map(({ queue }) => queue));
  const blocks = [...queues].sort().map((queue) => {
    const lines = messages.filter((message) => message.queue === queue).map(failedLines);
    return [queue, ...lines].join('\n');
  });
  return [...blocks, `${counted(messages.length, 'failed message')} in stage ${stage}`].join('\n\n');
}

/** A queue counts looks of operators too. */
const GIVEN_UP_BY: Record<FailedMessage['given_up_by'], (attempts: number) => string> = {
  queue: (attempts) => `given up by its consumer, received ${counted(attempts, 'time')}`,
  rule: (attempts) => `given up by EventBridge after ${counted(attempts, 'attempt')}`,
  stream: (attempts) => `given up by the reader of the stream after ${counted(attempts, 'attempt')}`,
  unknown: () => 'nobody says who gave it up',
};

function failedLines(message: FailedMessage): string {
  const { message_id, given_up_by, reason, attempts = 0, event, correlation_id, changes, age_seconds, body } = message;
  return [
    `  ${message_id}  ${age(age_seconds)} old, ${GIVEN_UP_BY[given_up_by](attempts)}`,
    `    ${reason}`,
    ...(event ? [`    ${event.event_type}  ${event.event_id}`] : []),
    ...(correlation_id ? [`    correlation id ${correlation_id}`] : []),
    ...(changes ? [`    ${counted(changes, 'change')} of rows`] : []),
    ...(body ? [`    ${body}`] : []),
  ].join('\n');
}

export function sayRedriven({ stage, dry_run, redriven, discarded, failed }: RedriveReport): string {
  const verb = dry_run ? 'would go' : 'went';
  const lines = redriven.flatMap(({ to, count, messages = [] }) => [
    `${counted(count, 'message')} ${verb} back to ${to}`,
    ...messages.map(({ message_id, event }) => `  ${message_id}  ${event?.event_id ?? ''}`.trimEnd()),
  ]);
  const left = failed.map(({ queue, message_id, reason }) => `${queue}: ${message_id} stays: ${reason}`);
  const thrown = discarded > 0 ? [`${counted(discarded, 'message')} thrown away`] : [];
  const all = [...lines, ...thrown, ...left];
  return all.length > 0 ? all.join('\n') : `there is nothing to put back in stage ${stage}`;
}

export function sayReplayed({ to, from, until, event_types, archived, replay_name, ...counts }: ReplayReport): string {
  const { events = 0, failed_meanwhile = 0 } = counts;
  const what = `${event_types.join(', ')} from ${from} until ${until}`;
  if (!replay_name)
    return `would bring back to ${to}: ${what}; the archive has ${archived} events of all kinds and times`;
  const failed =
    failed_meanwhile > 0 ? `; it failed for good on ${counted(failed_meanwhile, 'message')} meanwhile` : '';
  return `${replay_name} brought ${counted(events, 'event')} back to ${to}: ${what}${failed}`;
}

export function sayExplanation({ event, rules }: Explanation): string {
  const lines = rules.map(({ rule, to, matches, because }) => {
    const whom = to.join(', ') || rule;
    const reasons = because.map(({ field, rule_wants, event_has }) => {
      const has = event_has === null ? 'is not there' : `is ${JSON.stringify(event_has)}`;
      return `${field} ${has}, the rule wants ${JSON.stringify(rule_wants)}`;
    });
    return matches ? `matches   ${whom}` : `no match  ${whom}: ${reasons.join('; ')}`;
  });
  const met = rules.filter(({ matches }) => matches).length;
  return [
    `${event.event_type} ${event.event_id ?? ''} of ${event.source}: ${met} of ${rules.length} rules match`,
    ...lines,
  ].join('\n');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Minutes while there are few of them, then hours, then days. */
export function age(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
