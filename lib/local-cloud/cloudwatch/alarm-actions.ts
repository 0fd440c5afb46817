import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation } from '../core/service.ts';
import type { Alarm, CompositeAlarm, MetricAlarm } from './alarm.ts';
import type { AlarmState } from './alarm-state.ts';
import type { Alarms, HistoryItem } from './alarms.ts';
import { toMs } from './timestamp.ts';

interface DescribeInput {
  AlarmNames?: string[];
  AlarmNamePrefix?: string;
  AlarmTypes?: string[];
  StateValue?: AlarmState;
  ActionPrefix?: string;
  MaxRecords?: number;
  NextToken?: string;
}

interface HistoryInput {
  AlarmName?: string;
  AlarmTypes?: string[];
  HistoryItemType?: string;
  StartDate?: unknown;
  EndDate?: unknown;
  ScanBy?: 'TimestampAscending' | 'TimestampDescending';
  MaxRecords?: number;
  NextToken?: string;
}

interface SetStateInput {
  AlarmName: string;
  StateValue: AlarmState;
  StateReason: string;
}

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
const PAGE_SIZE = 100;

/** The actions on alarms. */
export function alarmOperations(account: Account, alarms: Alarms): Record<string, AnyOperation> {
  const arns = (names: string[] | undefined) =>
    (names ?? ['*']).map((name) => account.arn('cloudwatch', `alarm:${name}`));
  const enable = (enabled: boolean): AnyOperation => ({
    resources: ({ AlarmNames }: DescribeInput) => arns(AlarmNames),
    run: ({ AlarmNames = [] }: DescribeInput) => {
      for (const name of AlarmNames) alarms.get(name).actions.enabled = enabled;
      return {};
    },
  });
  return {
    DescribeAlarms: {
      resources: ({ AlarmNames }: DescribeInput) => arns(AlarmNames),
      run: (input: DescribeInput) => describeAlarms(alarms, input),
    },
    DescribeAlarmHistory: {
      resources: ({ AlarmName }: HistoryInput) => arns(AlarmName === undefined ? undefined : [AlarmName]),
      run: (input: HistoryInput) => describeHistory(alarms, input),
    },
    SetAlarmState: {
      resources: ({ AlarmName }: SetStateInput) => arns([AlarmName]),
      run: (input: SetStateInput) => setState(alarms, input),
    },
    EnableAlarmActions: enable(true),
    DisableAlarmActions: enable(false),
  };
}

function setState(alarms: Alarms, { AlarmName, StateValue, StateReason }: SetStateInput) {
  if (!STATES.includes(StateValue)) {
    throw new AwsError(
      'ValidationError',
      `Value '${StateValue}' at 'stateValue' has to be one of ${STATES.join(', ')}`,
    );
  }
  alarms.setState(AlarmName, { state: StateValue, reason: StateReason });
  return {};
}

/** Without `AlarmTypes` only metric alarms are described. */
function describeAlarms(alarms: Alarms, input: DescribeInput) {
  const { AlarmNames, AlarmNamePrefix = '', AlarmTypes = ['MetricAlarm'], StateValue, ActionPrefix = '' } = input;
  const found = alarms
    .all()
    .filter(({ name, state }) => (AlarmNames?.includes(name) ?? true) && (StateValue ?? state) === state)
    .filter(({ name }) => name.startsWith(AlarmNamePrefix))
    .filter((alarm) => AlarmTypes.includes(typeOf(alarm.kind)))
    .filter(({ actions }) => ActionPrefix === '' || allActions(actions).some((arn) => arn.startsWith(ActionPrefix)));
  const { items, nextToken } = page(found, input.MaxRecords ?? PAGE_SIZE, input.NextToken);
  return {
    MetricAlarms: items.filter((alarm) => alarm.kind === 'metric').map(describeMetricAlarm),
    CompositeAlarms: items.filter((alarm) => alarm.kind === 'composite').map(describeCompositeAlarm),
    NextToken: nextToken,
  };
}

function typeOf(kind: Alarm['kind']): string {
  return kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';
}

function allActions({ ok, alarm, insufficientData }: Alarm['actions']): string[] {
  return [...ok, ...alarm, ...insufficientData];
}

function describeAlarm(alarm: Alarm) {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAtMs),
    ActionsEnabled: alarm.actions.enabled,
    OKActions: alarm.actions.ok,
    AlarmActions: alarm.actions.alarm,
    InsufficientDataActions: alarm.actions.insufficientData,
    StateValue: alarm.state,
    StateReason: alarm.stateReason,
    StateUpdatedTimestamp: new Date(alarm.stateChangedAtMs),
    StateTransitionedTimestamp: new Date(alarm.stateChangedAtMs),
  };
}

function describeMetricAlarm(alarm: MetricAlarm) {
  return {
    ...describeAlarm(alarm),
    ...(alarm.isMath ? { Metrics: alarm.queries } : describeSimpleMetric(alarm)),
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: alarm.treatMissingData,
  };
}

function describeSimpleMetric({ queries: [query] }: MetricAlarm) {
  if (!query?.MetricStat) return {};
  const { Metric, Period, Stat } = query.MetricStat;
  const statistic = Stat.startsWith('p') ? { ExtendedStatistic: Stat } : { Statistic: Stat };
  return { ...Metric, Dimensions: Metric.Dimensions ?? [], Period, ...statistic };
}

function describeCompositeAlarm(alarm: CompositeAlarm) {
  return { ...describeAlarm(alarm), AlarmRule: alarm.rule };
}

function describeHistory(alarms: Alarms, input: HistoryInput) {
  const start = toMs(input.StartDate) ?? 0;
  const end = toMs(input.EndDate) ?? Number.POSITIVE_INFINITY;
  const found = alarms.history
    .filter((item) => (input.AlarmName ?? item.alarm) === item.alarm)
    .filter((item) => (input.HistoryItemType ?? item.type) === item.type)
    .filter((item) => input.AlarmTypes?.includes(typeOf(item.kind)) ?? true)
    .filter(({ atMs }) => atMs >= start && atMs <= end);
  if (input.ScanBy !== 'TimestampAscending') found.reverse();
  const { items, nextToken } = page(found, input.MaxRecords ?? PAGE_SIZE, input.NextToken);
  return { AlarmHistoryItems: items.map(describeItem), NextToken: nextToken };
}

function describeItem({ alarm, kind, atMs, type, summary, data }: HistoryItem) {
  return {
    AlarmName: alarm,
    AlarmType: typeOf(kind),
    Timestamp: new Date(atMs),
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: data,
  };
}
