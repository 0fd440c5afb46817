import { UnsupportedError } from '../core/aws-error.ts';
import type { CloudContext, PropertyShape, Resource, ResourceType } from '../core/service.ts';
import { type Alarm, COMPARISONS, type ComparisonOperator, type MetricAlarm } from './alarm.ts';
import type { Alarms } from './alarms.ts';
import { isStatistic } from './bucket.ts';
import { parseExpression } from './metric-math-parser.ts';
import { type MetricDataQuery, periodOf } from './metric-query.ts';

/** Dashboards by name. */
export type Dashboards = Map<string, { body: string; modifiedAtMs: number }>;

const ACTION_PROPERTIES = {
  AlarmName: true,
  AlarmDescription: true,
  ActionsEnabled: true,
  AlarmActions: true,
  OKActions: true,
  InsufficientDataActions: true,
  Tags: 'tags have no effect locally',
} as const;

const METRIC_PROPERTIES: PropertyShape = {
  Namespace: true,
  MetricName: true,
  Dimensions: { Name: true, Value: true },
};

const ALARM_PROPERTIES: PropertyShape = {
  ...ACTION_PROPERTIES,
  ...METRIC_PROPERTIES,
  ComparisonOperator: true,
  DatapointsToAlarm: true,
  EvaluationPeriods: true,
  ExtendedStatistic: true,
  Statistic: true,
  Period: true,
  Threshold: true,
  TreatMissingData: true,
  Unit: 'a metric is kept without regard to its unit',
  EvaluateLowSampleCountPercentile: 'percentiles are judged however few the samples are',
  Metrics: {
    Id: true,
    Expression: true,
    Label: true,
    Period: true,
    ReturnData: true,
    AccountId: 'there is one account',
    MetricStat: {
      Metric: METRIC_PROPERTIES,
      Period: true,
      Stat: true,
      Unit: 'a metric is kept without regard to its unit',
    },
  },
};

/** The CloudFormation resources of CloudWatch. */
export function cloudWatchResourceTypes(context: CloudContext, alarms: Alarms, dashboards: Dashboards): ResourceType[] {
  const created = (alarm: Alarm) => {
    alarms.add(alarm);
    return { ref: alarm.name, attributes: { Arn: alarm.arn } };
  };
  return [
    {
      type: 'AWS::CloudWatch::Alarm',
      properties: ALARM_PROPERTIES,
      create: (resource) => created(metricAlarmOf(context, resource)),
    },
    {
      type: 'AWS::CloudWatch::CompositeAlarm',
      properties: { ...ACTION_PROPERTIES, AlarmRule: true },
      create: (resource) =>
        created({ ...baseOf(context, resource), kind: 'composite', rule: resource.properties.AlarmRule }),
    },
    {
      type: 'AWS::CloudWatch::Dashboard',
      properties: { DashboardName: true, DashboardBody: true, Tags: 'tags have no effect locally' },
      create: (resource) => {
        const name = resource.properties.DashboardName ?? resource.generatedName(255);
        dashboards.set(name, { body: resource.properties.DashboardBody, modifiedAtMs: context.clock.now() });
        return { ref: name };
      },
    },
  ];
}

function baseOf({ account, clock }: CloudContext, resource: Resource) {
  const { properties } = resource;
  const name: string = properties.AlarmName ?? resource.generatedName(255);
  const now = clock.now();
  return {
    name,
    arn: account.arn('cloudwatch', `alarm:${name}`),
    ...(properties.AlarmDescription && { description: String(properties.AlarmDescription) }),
    actions: {
      enabled: properties.ActionsEnabled !== false && properties.ActionsEnabled !== 'false',
      ok: properties.OKActions ?? [],
      alarm: properties.AlarmActions ?? [],
      insufficientData: properties.InsufficientDataActions ?? [],
    },
    state: 'INSUFFICIENT_DATA' as const,
    stateReason: 'Unchecked: Initial alarm creation',
    stateChangedAtMs: now,
    configuredAtMs: now,
  };
}

function metricAlarmOf(context: CloudContext, resource: Resource): MetricAlarm {
  const { stackName, logicalId, properties } = resource;
  const where = `${stackName}/${logicalId}`;
  const comparison = properties.ComparisonOperator as ComparisonOperator;
  if (!COMPARISONS[comparison]) {
    throw new UnsupportedError(`${where}: ComparisonOperator ${comparison} is not modelled locally`);
  }
  const queries: MetricDataQuery[] = properties.Metrics ?? [simpleQuery(properties)];
  checkQueries(where, queries);
  const evaluationPeriods = Number(properties.EvaluationPeriods);
  return {
    ...baseOf(context, resource),
    kind: 'metric',
    queries,
    watched: watchedQuery(queries),
    comparison,
    threshold: Number(properties.Threshold),
    periodMs: periodOf(queries) * 1000,
    evaluationPeriods,
    datapointsToAlarm: Number(properties.DatapointsToAlarm ?? evaluationPeriods),
    treatMissingData: properties.TreatMissingData ?? 'missing',
    isMath: properties.Metrics !== undefined,
  };
}

function simpleQuery(properties: Resource['properties']): MetricDataQuery {
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic } = properties;
  const Metric = { Namespace, MetricName, ...(Dimensions && { Dimensions }) };
  return { Id: 'm1', MetricStat: { Metric, Period: Number(Period), Stat: Statistic ?? ExtendedStatistic } };
}

/** The one query that returns data; expressions go before metrics when none says so. */
function watchedQuery(queries: MetricDataQuery[]): string {
  const returning = queries.filter(({ ReturnData }) => ReturnData !== false && String(ReturnData) !== 'false');
  return (returning.find(({ Expression }) => Expression !== undefined) ?? returning[0] ?? queries[0])?.Id ?? '';
}

function checkQueries(where: string, queries: MetricDataQuery[]): void {
  for (const { Id, MetricStat, Expression, Period } of queries) {
    const seconds = Number(MetricStat?.Period ?? Period ?? 60);
    if (!(seconds >= 60 && seconds % 60 === 0)) {
      throw new UnsupportedError(`${where}: metrics are kept by the minute locally; ${Id} has a Period of ${seconds}`);
    }
    if (MetricStat && !isStatistic(MetricStat.Stat)) {
      throw new UnsupportedError(`${where}: the statistic ${MetricStat.Stat} is not modelled locally`);
    }
    if (Expression !== undefined) checkExpression(where, Expression);
  }
}

function checkExpression(where: string, expression: string): void {
  try {
    parseExpression(expression);
  } catch (cause) {
    throw new UnsupportedError(`${where}: the expression ${expression} is not modelled locally`, { cause });
  }
}
