import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, CallContext } from '../core/service.ts';
import { type MathValue, MetricMathError } from './metric-math.ts';
import {
  checkStatistic,
  type Dimension,
  type MetricDataQuery,
  metricIdOf,
  periodOf,
  runQueries,
} from './metric-query.ts';
import type { MetricStore, Series, Window } from './metric-store.ts';
import { periodStart, toMs } from './timestamp.ts';

interface DatumInput {
  MetricName: string;
  Dimensions?: Dimension[];
  Timestamp?: unknown;
  Value?: number;
  Values?: number[];
  Counts?: number[];
  StatisticValues?: { SampleCount: number; Sum: number; Minimum: number; Maximum: number };
  Unit?: string;
}

interface PutInput {
  Namespace: string;
  MetricData?: DatumInput[];
}

interface GetDataInput {
  MetricDataQueries: MetricDataQuery[];
  StartTime: unknown;
  EndTime: unknown;
  ScanBy?: 'TimestampAscending' | 'TimestampDescending';
}

interface GetStatisticsInput {
  Namespace: string;
  MetricName: string;
  Dimensions?: Dimension[];
  StartTime: unknown;
  EndTime: unknown;
  Period: number;
  Statistics?: string[];
  ExtendedStatistics?: string[];
}

interface ListInput {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value?: string }[];
  NextToken?: string;
}

const LIST_LIMIT = 500;

/** The actions on metrics. */
export function metricOperations(store: MetricStore): Record<string, AnyOperation> {
  const anywhere = () => ['*'];
  return {
    PutMetricData: {
      resources: anywhere,
      conditionKeys: ({ Namespace }: PutInput) => ({ 'cloudwatch:namespace': Namespace }),
      run: (input: PutInput, context: CallContext) => putData(store, input, context),
    },
    GetMetricData: {
      resources: anywhere,
      requires: ['MetricDataQueries'],
      run: (input: GetDataInput) => getData(store, input),
    },
    GetMetricStatistics: {
      resources: anywhere,
      requires: ['Namespace', 'MetricName', 'Period'],
      run: (input: GetStatisticsInput) => getStatistics(store, input),
    },
    ListMetrics: { resources: anywhere, run: (input: ListInput) => listMetrics(store, input) },
  };
}

function putData(store: MetricStore, { Namespace, MetricData = [] }: PutInput, { caller }: CallContext) {
  if (!Namespace) throw new AwsError('MissingRequiredParameterException', 'The parameter Namespace is required.');
  if (caller.kind === 'role' && Namespace.startsWith('AWS/')) {
    throw new AwsError('InvalidParameterValueException', `The value ${Namespace} for parameter Namespace is invalid.`);
  }
  for (const datum of MetricData) putDatum(store, Namespace, datum);
  return {};
}

function putDatum(store: MetricStore, namespace: string, datum: DatumInput): void {
  const id = metricIdOf(namespace, datum.MetricName, datum.Dimensions);
  const options = { unit: datum.Unit ?? 'None', atMs: toMs(datum.Timestamp) };
  const { Value, Values, Counts, StatisticValues } = datum;
  if (Value !== undefined) store.put(id, { value: Value }, options);
  for (const [i, value] of (Values ?? []).entries()) store.put(id, { value, times: Counts?.[i] ?? 1 }, options);
  if (StatisticValues) {
    const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = StatisticValues;
    store.put(id, { count, sum, minimum, maximum }, options);
  }
}

function getData(store: MetricStore, { MetricDataQueries: queries, StartTime, EndTime, ScanBy }: GetDataInput) {
  const window = windowOf(StartTime, EndTime, periodOf(queries));
  const values = run(store, queries, window);
  const ascending = ScanBy === 'TimestampAscending';
  const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
  const MetricDataResults = returned.flatMap((query) =>
    seriesOf(values.get(query.Id)).map((series) => describeSeries(query, series, ascending)),
  );
  return { MetricDataResults, Messages: [] };
}

function run(store: MetricStore, queries: MetricDataQuery[], window: Window): Map<string, MathValue> {
  try {
    return runQueries(store, queries, window);
  } catch (error) {
    throw asValidationError(error);
  }
}

function asValidationError(error: unknown): unknown {
  const isOfExpression = error instanceof MetricMathError || error instanceof SyntaxError;
  return isOfExpression ? new AwsError('ValidationError', error.message) : error;
}

function seriesOf(value: MathValue | undefined): Series[] {
  if (value === undefined || typeof value === 'number') return [new Map()];
  return Array.isArray(value) ? value : [value];
}

function describeSeries({ Id, Label, MetricStat }: MetricDataQuery, series: Series, ascending: boolean) {
  const entries = ascending ? [...series] : [...series].reverse();
  return {
    Id,
    Label: Label ?? MetricStat?.Metric.MetricName ?? Id,
    Timestamps: entries.map(([at]) => new Date(at)),
    Values: entries.map(([, value]) => value),
    StatusCode: 'Complete',
  };
}

function getStatistics(store: MetricStore, input: GetStatisticsInput) {
  const { Namespace, MetricName, Dimensions, Period, Statistics = [], ExtendedStatistics = [] } = input;
  const id = metricIdOf(Namespace, MetricName, Dimensions);
  const window = windowOf(input.StartTime, input.EndTime, Period);
  const Unit = store.unitOf(id);
  const points = new Map<number, { Timestamp: Date; Unit: string } & Record<string, unknown>>();
  for (const statistic of [...Statistics, ...ExtendedStatistics]) {
    checkStatistic(statistic);
    for (const [at, value] of store.query(id, window, statistic)) {
      const point = points.get(at) ?? { Timestamp: new Date(at), Unit };
      points.set(at, { ...point, ...statisticField(point, statistic, value) });
    }
  }
  return { Label: MetricName, Datapoints: [...points.values()] };
}

function statisticField(point: Record<string, unknown>, statistic: string, value: number): Record<string, unknown> {
  if (!statistic.startsWith('p')) return { [statistic]: value };
  return { ExtendedStatistics: { ...(point.ExtendedStatistics as object), [statistic]: value } };
}

/** Times are rounded down to whole periods, as CloudWatch does. */
function windowOf(start: unknown, end: unknown, periodSeconds: number): Window {
  const startMs = toMs(start);
  const endMs = toMs(end);
  if (startMs === undefined || endMs === undefined || startMs >= endMs) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The parameter StartTime must be less than the parameter EndTime.',
    );
  }
  const periodMs = Math.max(60, Math.ceil(Number(periodSeconds) / 60) * 60) * 1000;
  return { startMs: periodStart(startMs, periodMs), endMs, periodMs };
}

function listMetrics(store: MetricStore, { Namespace, MetricName, Dimensions = [], NextToken }: ListInput) {
  const found = store
    .metrics()
    .filter(({ namespace, name }) => (Namespace ?? namespace) === namespace && (MetricName ?? name) === name)
    .filter(({ dimensions }) =>
      Dimensions.every(
        ({ Name, Value }) => dimensions[Name] !== undefined && (Value ?? dimensions[Name]) === dimensions[Name],
      ),
    );
  const { items, nextToken } = page(found, LIST_LIMIT, NextToken);
  const Metrics = items.map(({ namespace, name, dimensions }) => ({
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  }));
  return { Metrics, NextToken: nextToken };
}
