import { requiredEnv } from './config.ts';
import { log } from './log.ts';
import { currentWork, type Fields, type Metric } from './work.ts';

/** CloudWatch namespace of all metrics of ours. */
const NAMESPACE = 'Bazaar';

/**
 * Counts one occurrence, with the line of the current work (embedded metric format): no call, no permission. To be
 * called when the write that made it true has succeeded: then it counts once, however often its event is delivered.
 */
export function countMetric(name: string, dimensions?: Record<string, string>): void {
  add({ name, value: 1, dimensions });
}

/** Records how long something took. */
export function measureMetric(name: string, ms: number): void {
  add({ name, value: ms, unit: 'Milliseconds' });
}

function add(metric: Metric): void {
  const work = currentWork();
  if (work) work.metrics.push(metric);
  else log.info('counted', embedded([metric]));
}

/** What makes CloudWatch read metrics out of a line of the log. Nothing where there are none. */
export function embedded(metrics: Metric[]): Fields {
  if (metrics.length === 0) return {};
  const directives = Map.groupBy(metrics, ({ dimensions = {} }) => Object.keys(dimensions).join());
  return {
    ...valuesOf(metrics),
    ...Object.assign({}, ...metrics.map(({ dimensions }) => dimensions)),
    service: requiredEnv('SERVICE_NAME'),
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [...directives.values()].map(directive) },
  };
}

function directive(metrics: Metric[]) {
  const units = new Map(metrics.map(({ name, unit }) => [name, unit]));
  return {
    Namespace: NAMESPACE,
    Dimensions: [['service', ...Object.keys(metrics[0]?.dimensions ?? {})]],
    Metrics: [...units].map(([Name, Unit]) => ({ Name, Unit })),
  };
}

/** What is counted several times is summed up; what is measured several times is told each time. */
function valuesOf(metrics: Metric[]): Fields {
  const values: Fields = {};
  for (const [name, same] of Map.groupBy(metrics, (metric) => metric.name)) {
    const all = same.map(({ value }) => value);
    values[name] = same[0]?.unit && all.length > 1 ? all : all.reduce((sum, value) => sum + value, 0);
  }
  return values;
}
