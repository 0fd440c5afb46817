import { UnsupportedError } from '../core/aws-error.ts';
import type { MetricSink } from '../core/metric.ts';
import type { CloudContext, Resource, ResourceType } from '../core/service.ts';
import type { NextRun } from './cron.ts';
import type { Deliveries } from './delivery.ts';
import { compileSchedule } from './schedule-expression.ts';
import type { ScheduleTimers } from './schedule-timers.ts';
import { type Schedule, type ScheduleTarget, startSchedule } from './scheduled-delivery.ts';
import { checkScheduleTarget } from './scheduler-targets.ts';

const DEFAULT_GROUP = 'default';
const LONGEST_NAME = 64;

export interface SchedulerParts {
  context: CloudContext;
  timers: ScheduleTimers;
  deliveries: Deliveries;
  onMetric: MetricSink;
}

/** The resource types of EventBridge Scheduler; it has no API here. */
export function schedulerResourceTypes(parts: SchedulerParts): ResourceType[] {
  const { account } = parts.context;
  return [
    {
      type: 'AWS::Scheduler::ScheduleGroup',
      properties: { Name: true, Tags: 'tags have no effect here' },
      create(resource) {
        const name = resource.properties.Name ?? resource.generatedName(LONGEST_NAME);
        return { ref: name, attributes: { Arn: account.arn('scheduler', `schedule-group/${name}`), State: 'ACTIVE' } };
      },
    },
    {
      type: 'AWS::Scheduler::Schedule',
      properties: {
        Name: true,
        GroupName: true,
        Description: true,
        State: true,
        ScheduleExpression: true,
        ScheduleExpressionTimezone: true,
        StartDate: true,
        EndDate: true,
        FlexibleTimeWindow: { Mode: true, MaximumWindowInMinutes: true },
        KmsKeyArn: 'schedules stay in the memory of this process, unencrypted',
        Target: {
          Arn: true,
          RoleArn: true,
          Input: true,
          RetryPolicy: { MaximumRetryAttempts: true, MaximumEventAgeInSeconds: true },
          DeadLetterConfig: { Arn: true },
          SqsParameters: { MessageGroupId: true },
          EventBridgeParameters: { DetailType: true, Source: true },
        },
      },
      create(resource) {
        const schedule = readSchedule(resource, parts.context);
        const { State = 'ENABLED' } = resource.properties;
        const next = readRuns(resource, parts.context.clock.now());
        if (State === 'ENABLED') startSchedule(parts, schedule, next);
        return { ref: schedule.name, attributes: { Arn: schedule.arn } };
      },
    },
  ];
}

function readSchedule(resource: Resource, { account }: CloudContext): Schedule {
  const { properties } = resource;
  const { GroupName: group = DEFAULT_GROUP, FlexibleTimeWindow } = properties;
  const name: string = properties.Name ?? resource.generatedName(LONGEST_NAME);
  if (FlexibleTimeWindow?.Mode !== 'OFF') {
    throw new UnsupportedError(
      `${resource.logicalId}: the embedded cloud runs schedules on time, so FlexibleTimeWindow has to be OFF.`,
    );
  }
  const target: ScheduleTarget = properties.Target;
  checkScheduleTarget(target, resource.logicalId);
  return { name, group, arn: account.arn('scheduler', `schedule/${group}/${name}`), target };
}

/** The runs of the schedule between its start and its end date. */
function readRuns({ properties }: Resource, now: number): NextRun {
  const { ScheduleExpression, ScheduleExpressionTimezone: timeZone, StartDate, EndDate } = properties;
  const start = StartDate === undefined ? Number.NEGATIVE_INFINITY : Date.parse(StartDate);
  const end = EndDate === undefined ? Number.POSITIVE_INFINITY : Date.parse(EndDate);
  const next = compileSchedule(ScheduleExpression, { since: Math.max(now, start), timeZone });
  return (after) => {
    const run = next(Math.max(after, start - 1));
    return run !== undefined && run <= end ? run : undefined;
  };
}
