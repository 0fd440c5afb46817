import { type CloudContext, OPERATOR } from '../core/service.ts';
import type { Outcome } from './context-variables.ts';
import type { Exchange } from './exchange.ts';
import { settingsOf } from './throttle.ts';

interface Datum {
  MetricName: string;
  Value: number;
  Unit: string;
}

/** Reports what one request was like to CloudWatch, as `AWS/ApiGateway` by API, by stage and, if asked, by route. */
export async function reportMetrics(context: CloudContext, exchange: Exchange, outcome: Outcome): Promise<void> {
  const data = measure(exchange, outcome);
  const Timestamp = exchange.receivedAtMs / 1000;
  const MetricData = dimensionSets(exchange).flatMap((set) => {
    const Dimensions = Object.entries(set).map(([Name, Value]) => ({ Name, Value }));
    return data.map((datum) => ({ ...datum, Dimensions, Timestamp }));
  });
  const input = { Namespace: 'AWS/ApiGateway', MetricData };
  await context.api.call('cloudwatch', 'PutMetricData', input, { caller: OPERATOR });
}

function measure({ integration, request }: Exchange, { response, latencyMs }: Outcome): Datum[] {
  const isClass = (hundreds: number) => Number(Math.floor(response.status / 100) === hundreds);
  const data: Datum[] = [
    { MetricName: 'Count', Value: 1, Unit: 'Count' },
    { MetricName: '4xx', Value: isClass(4), Unit: 'Count' },
    { MetricName: '5xx', Value: isClass(5), Unit: 'Count' },
    { MetricName: 'Latency', Value: latencyMs, Unit: 'Milliseconds' },
    { MetricName: 'DataProcessed', Value: request.body.length + response.body.length, Unit: 'Bytes' },
  ];
  const integrationLatency = integration.latencyMs;
  if (integrationLatency === undefined) return data;
  return [...data, { MetricName: 'IntegrationLatency', Value: integrationLatency, Unit: 'Milliseconds' }];
}

function dimensionSets({ api, stage, route }: Exchange): Record<string, string>[] {
  const sets: Record<string, string>[] = [{ ApiId: api.apiId }, { ApiId: api.apiId, Stage: stage.name }];
  if (route && settingsOf(stage, route).DetailedMetricsEnabled) {
    const [Method = '', Resource = '$default'] = route.routeKey.split(' ');
    sets.push({ ApiId: api.apiId, Stage: stage.name, Method, Resource });
  }
  return sets;
}
