import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** CloudWatch namespace of what our functions count (lib/runtime/metrics.ts). */
const NAMESPACE = 'Bazaar';
const PERIOD = Duration.minutes(5);

/** What the functions of one service count by that name. */
export function ownMetric(service: string, metricName: string, statistic = 'Sum'): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, statistic, period: PERIOD, dimensionsMap: { service } });
}

/** What all services count by that name, a line each; for dashboards, as alarms cannot search. */
export function metricOfEach(metricName: string, statistic: string, by: string[] = ['service']): MathExpression {
  const search = `{${NAMESPACE},${by.join()}} MetricName="${metricName}"`;
  const expression = `SEARCH('${search}', '${statistic}', ${PERIOD.toSeconds()})`;
  return new MathExpression({ expression, usingMetrics: {}, label: '', period: PERIOD });
}
