import { AwsError } from '../core/aws-error.ts';
import { isStatistic } from './bucket.ts';
import { evaluateMath, type MathScope, type MathValue } from './metric-math.ts';
import type { MetricId, MetricStore, Series, Window } from './metric-store.ts';

/** An entry of `MetricDataQueries`, and of the `Metrics` of an alarm. */
export interface MetricDataQuery {
  Id: string;
  Expression?: string;
  Label?: string;
  MetricStat?: {
    Metric: { Namespace: string; MetricName: string; Dimensions?: Dimension[] };
    Period: number;
    Stat: string;
  };
  Period?: number;
  ReturnData?: boolean;
}

export interface Dimension {
  Name: string;
  Value: string;
}

export function metricIdOf(namespace: string, name: string, dimensions: Dimension[] = []): MetricId {
  return { namespace, name, dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])) };
}

/** The period of a query in seconds: its own, else that of the metrics. */
export function periodOf(queries: MetricDataQuery[]): number {
  const periods = queries.map(({ Period, MetricStat }) => Number(Period ?? MetricStat?.Period ?? 0));
  return Math.max(60, ...periods);
}

/** Computes all queries over a window of whole periods: metrics first, then expressions as their references allow. */
export function runQueries(store: MetricStore, queries: MetricDataQuery[], window: Window): Map<string, MathValue> {
  const metrics = new Map<string, Series>();
  for (const { Id, MetricStat } of queries) {
    if (!MetricStat) continue;
    const { Namespace, MetricName, Dimensions } = MetricStat.Metric;
    checkStatistic(MetricStat.Stat);
    metrics.set(Id, store.query(metricIdOf(Namespace, MetricName, Dimensions), window, MetricStat.Stat));
  }
  const scope: MathScope = {
    values: new Map<string, MathValue>(metrics),
    metrics,
    timestamps: timestampsOf(window),
    periodSeconds: window.periodMs / 1000,
  };
  computeExpressions(queries, scope);
  return scope.values;
}

export function checkStatistic(statistic: string): void {
  if (isStatistic(statistic)) return;
  throw new AwsError('InvalidParameterValueException', `The statistic ${statistic} is not modelled locally`);
}

/** Expressions may come before those they refer to. */
function computeExpressions(queries: MetricDataQuery[], scope: MathScope): void {
  let open = queries.filter(({ Expression }) => Expression !== undefined);
  while (open.length > 0) {
    const ready = open.filter(({ Expression = '' }) => !open.some(({ Id }) => mentions(Expression, Id)));
    // What is left refers to itself in a circle: computing it says which id is missing.
    for (const { Id, Expression = '' } of ready.length > 0 ? ready : open) {
      scope.values.set(Id, evaluateMath(Expression, scope));
    }
    open = open.filter((query) => !scope.values.has(query.Id));
  }
}

function mentions(expression: string, id: string): boolean {
  return new RegExp(`\\b${id}\\b`).test(expression.replace(/"[^"]*"|'[^']*'/g, ''));
}

function timestampsOf({ startMs, endMs, periodMs }: Window): number[] {
  const count = Math.max(0, Math.ceil((endMs - startMs) / periodMs));
  return Array.from({ length: count }, (_, i) => startMs + i * periodMs);
}
