import { eventually } from './eventually.ts';

interface Connections {
  traces: number;
  requests: number;
  hops: number;
  unconnected: string[];
  strays: string[];
  forgotten: number;
}

/** The embedded cloud has nothing to do with the credentials of whoever asks. */
const HEADERS = { 'content-type': 'application/x-amz-json-1.0' };

/**
 * Checks that every request that reached a function in this run has one connected trace, its asynchronous hops
 * included. Whatever is still under way has time to end. Resolves to what there was.
 */
export async function tracesOfTheSuite(awsUrl: string): Promise<string> {
  const { traces, requests, hops } = await eventually(async () => {
    const received = await requestsReceived(awsUrl);
    const found = await connectionsIn(awsUrl);
    const problems = [
      ...found.unconnected.map((id) => `${id} is not connected`),
      ...found.strays.map((id) => `${id} has recorded what belongs to another trace`),
      ...(found.forgotten > 0
        ? [`${found.forgotten} traces are forgotten: nobody knows whether they were connected`]
        : []),
      ...(found.requests === received ? [] : [`${received} requests were received, ${found.requests} have a trace`]),
    ];
    if (problems.length > 0) throw new Error(`Traces of the suite: ${problems.join('; ')}.`);
    return found;
  });
  return `${requests} of ${requests} requests have one connected trace: ${traces} traces, ${hops} hops`;
}

async function connectionsIn(awsUrl: string): Promise<Connections> {
  return (await fetch(`${awsUrl}/_bazaar/trace-connections`)).json() as Promise<Connections>;
}

/** As API Gateway has counted them: those that it handed to a function. */
async function requestsReceived(awsUrl: string): Promise<number> {
  const { Metrics } = await cloudWatch<{ Metrics: Metric[] }>(awsUrl, 'ListMetrics', { ...METRIC });
  const byApi = Metrics.filter(({ Dimensions }) => Dimensions.length === 1);
  const now = Date.now() / 1000;
  const times = { StartTime: now - 86_400, EndTime: now + 3_600, Period: 3_600, Statistics: ['SampleCount'] };
  const counts = await Promise.all(
    byApi.map(({ Dimensions }) =>
      cloudWatch<{ Datapoints: { SampleCount: number }[] }>(awsUrl, 'GetMetricStatistics', {
        ...METRIC,
        ...times,
        Dimensions,
      }),
    ),
  );
  return counts.flatMap(({ Datapoints }) => Datapoints).reduce((sum, { SampleCount }) => sum + SampleCount, 0);
}

const METRIC = { Namespace: 'AWS/ApiGateway', MetricName: 'IntegrationLatency' };

interface Metric {
  Dimensions: { Name: string; Value: string }[];
}

async function cloudWatch<Answer>(awsUrl: string, action: string, input: object): Promise<Answer> {
  const headers = { ...HEADERS, 'x-amz-target': `GraniteServiceVersion20100801.${action}` };
  const response = await fetch(awsUrl, { method: 'POST', headers, body: JSON.stringify(input) });
  if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
  return response.json() as Promise<Answer>;
}
