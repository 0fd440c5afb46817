import { randomUUID } from 'node:crypto';
import type { Caller, CloudContext } from '../core/service.ts';
import type { NextRun } from './cron.ts';
import { isoSeconds, type RetryPolicy } from './model.ts';
import type { SchedulerParts } from './scheduler.ts';
import { sendScheduled } from './scheduler-targets.ts';

/** The target of a schedule, as the template has it. */
export interface ScheduleTarget {
  Arn: string;
  RoleArn: string;
  Input?: string;
  RetryPolicy?: RetryPolicy;
  DeadLetterConfig?: { Arn?: string };
  SqsParameters?: { MessageGroupId?: string };
  EventBridgeParameters?: { DetailType: string; Source: string };
}

export interface Schedule {
  name: string;
  group: string;
  arn: string;
  target: ScheduleTarget;
}

/** Has the target called at every run. */
export function startSchedule(parts: SchedulerParts, schedule: Schedule, next: NextRun): void {
  parts.timers.set(schedule.arn, next, (scheduledAt) => deliver(parts, schedule, scheduledAt));
}

function deliver(parts: SchedulerParts, schedule: Schedule, scheduledAt: number): void {
  const { context, deliveries, onMetric } = parts;
  const { target } = schedule;
  const caller: Caller = { kind: 'role', roleArn: target.RoleArn };
  const executionId = randomUUID();
  const time = isoSeconds(scheduledAt);
  const inputOf = (attempt: number) =>
    fill(target.Input ?? defaultInput(context, schedule, time), {
      'schedule-arn': schedule.arn,
      'scheduled-time': time,
      'execution-id': executionId,
      'attempt-number': String(attempt + 1),
    });
  deliveries.start({
    origin: `schedule ${schedule.name}`,
    targetArn: target.Arn,
    retryPolicy: numbersOf(target.RetryPolicy),
    deadLetterArn: target.DeadLetterConfig?.Arn,
    deadLetterCaller: caller,
    deadLetterBody: () => inputOf(0),
    deadLetterAttributes: {
      SCHEDULE_ARN: schedule.arn,
      SCHEDULED_TIME: time,
      EXECUTION_ID: executionId,
      IS_PAYLOAD_TRUNCATED: 'false',
    },
    attempt: (number) =>
      sendScheduled(context, target, {
        targetArn: target.Arn,
        payload: inputOf(number),
        context: { caller },
        eventId: executionId,
        origin: schedule.name,
        timestamp: scheduledAt,
        messageGroupId: target.SqsParameters?.MessageGroupId,
      }),
    onMetric: (name) => count(onMetric, schedule, name),
  });
}

function fill(input: string, values: Record<string, string>): string {
  return input.replaceAll(/<aws\.scheduler\.([a-z-]+)>/g, (placeholder, name) => values[name] ?? placeholder);
}

function defaultInput({ account }: CloudContext, { arn }: Schedule, time: string): string {
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: account.id,
    time,
    region: account.region,
    resources: [arn],
    detail: '{}',
  });
}

// Templates may write numbers as text.
function numbersOf(policy: RetryPolicy = {}): RetryPolicy {
  return Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, Number(value)]));
}

const METRICS: Record<string, string> = {
  Invocations: 'InvocationAttemptCount',
  FailedInvocations: 'TargetErrorCount',
  InvocationsSentToDlq: 'InvocationsSentToDeadLetterCount',
  InvocationsFailedToBeSentToDlq: 'InvocationsFailedToBeSentToDeadLetterCount',
};

function count(onMetric: SchedulerParts['onMetric'], { group }: Schedule, name: string): void {
  const metric = METRICS[name];
  if (metric) onMetric('AWS/Scheduler', metric, { ScheduleGroup: group }, 1, 'Count');
}
