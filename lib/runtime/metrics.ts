import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { requiredEnv } from './config.ts';

/** CloudWatch namespace of all business metrics. */
const NAMESPACE = 'Bazaar';

const metrics = new Metrics({ namespace: NAMESPACE, serviceName: requiredEnv('SERVICE_NAME') });

/** Counts one occurrence, through the log (embedded metric format): no call, no permission. */
export function countMetric(name: string): void {
  metrics.addMetric(name, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
