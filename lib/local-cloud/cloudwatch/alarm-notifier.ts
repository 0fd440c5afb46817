import type { CloudContext } from '../core/service.ts';
import type { Alarm, MetricAlarm } from './alarm.ts';
import { actionsOf } from './alarm-evaluation.ts';
import type { AlarmState } from './alarm-state.ts';

/** One change of an alarm's state. */
export interface StateChange {
  alarm: Alarm;
  from: AlarmState;
  atMs: number;
}

/** Carries out an alarm's actions: SNS topics get a notification, Lambda functions are invoked. */
export async function notify(context: CloudContext, change: StateChange): Promise<void> {
  const actions = actionsOf(change.alarm, change.alarm.state);
  await Promise.all(
    actions.map((action) =>
      act(context, action, change).catch((error: unknown) =>
        context.log.warn(`Alarm ${change.alarm.name}: ${action}: ${error}`),
      ),
    ),
  );
}

async function act(context: CloudContext, action: string, change: StateChange): Promise<void> {
  const sourceArn = change.alarm.arn;
  if (action.includes(':lambda:')) {
    const caller = { kind: 'service', principal: 'lambda.alarms.cloudwatch.amazonaws.com', sourceArn } as const;
    const Payload = Buffer.from(JSON.stringify(lambdaEvent(context, change)));
    await context.api.call('lambda', 'Invoke', { FunctionName: action, InvocationType: 'Event', Payload }, { caller });
    return;
  }
  if (!action.includes(':sns:')) {
    context.log.warn(`Alarm ${change.alarm.name}: the action ${action} is not modelled locally`);
    return;
  }
  const caller = { kind: 'service', principal: 'cloudwatch.amazonaws.com', sourceArn } as const;
  const Subject = `${change.alarm.state}: "${change.alarm.name}" in ${context.account.region}`.slice(0, 100);
  const Message = JSON.stringify(notification(context, change));
  await context.api.call('sns', 'Publish', { TopicArn: action, Subject, Message }, { caller });
}

function notification({ account }: CloudContext, { alarm, from, atMs }: StateChange) {
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: account.id,
    AlarmConfigurationUpdatedTimestamp: isoTime(alarm.configuredAtMs),
    NewStateValue: alarm.state,
    NewStateReason: alarm.stateReason,
    StateChangeTime: isoTime(atMs),
    Region: account.region,
    AlarmArn: alarm.arn,
    OldStateValue: from,
    OKActions: alarm.actions.ok,
    AlarmActions: alarm.actions.alarm,
    InsufficientDataActions: alarm.actions.insufficientData,
    ...(alarm.kind === 'metric' ? { Trigger: trigger(alarm) } : { AlarmRule: alarm.rule }),
  };
}

function trigger(alarm: MetricAlarm) {
  const common = {
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: '',
  };
  const [query] = alarm.queries;
  if (alarm.isMath || !query?.MetricStat) return { Period: alarm.periodMs / 1000, ...common, Metrics: alarm.queries };
  const { Metric, Stat, Period } = query.MetricStat;
  return {
    MetricName: Metric.MetricName,
    Namespace: Metric.Namespace,
    ...(Stat.startsWith('p')
      ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: Stat }
      : { StatisticType: 'Statistic', Statistic: Stat.toUpperCase() }),
    Unit: null,
    Dimensions: (Metric.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period,
    ...common,
  };
}

function lambdaEvent({ account }: CloudContext, { alarm, from, atMs }: StateChange) {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: account.id,
    time: isoTime(atMs),
    region: account.region,
    alarmData: {
      alarmName: alarm.name,
      state: { value: alarm.state, reason: alarm.stateReason, timestamp: isoTime(atMs) },
      previousState: { value: from },
      configuration:
        alarm.kind === 'metric'
          ? { description: alarm.description, metrics: alarm.queries }
          : { description: alarm.description, alarmRule: alarm.rule },
    },
  };
}

/** `2026-11-22T10:00:00.000+0000` */
function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}
