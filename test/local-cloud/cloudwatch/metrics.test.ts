import { describe, expect, test } from '@jest/globals';
import { fakeCloudWatch, MINUTE_MS } from './fake-cloud.ts';

const ROLE = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/r' } as const;

const withData = async () => {
  const cloud = await fakeCloudWatch();
  const startMs = cloud.clock.now() - (cloud.clock.now() % MINUTE_MS);
  const put = (data: object) => cloud.run('PutMetricData', { Namespace: 'Shop', MetricData: [data] });
  const range = { StartTime: startMs / 1000, EndTime: startMs / 1000 + 600 };
  return { ...cloud, put, range, startS: startMs / 1000 };
};

describe('metrics', () => {
  test('are put as values, lists of values and statistics', async () => {
    const { put, run, range, startS } = await withData();
    await put({ MetricName: 'Latency', Value: 10, Unit: 'Milliseconds', Timestamp: startS });
    await put({
      MetricName: 'Latency',
      Values: [20, 30],
      Counts: [2, 1],
      Unit: 'Milliseconds',
      Timestamp: startS + 30,
    });
    const StatisticValues = { SampleCount: 2, Sum: 100, Minimum: 40, Maximum: 60 };
    await put({ MetricName: 'Latency', StatisticValues, Unit: 'Milliseconds', Timestamp: startS + 60 });

    const Statistics = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'];
    const input = { Namespace: 'Shop', MetricName: 'Latency', Period: 60, Statistics, ...range };

    expect(await run('GetMetricStatistics', input)).toEqual({
      Label: 'Latency',
      Datapoints: [
        { Timestamp: startS, Unit: 'Milliseconds', Sum: 80, Average: 20, Minimum: 10, Maximum: 30, SampleCount: 4 },
        {
          Timestamp: startS + 60,
          Unit: 'Milliseconds',
          Sum: 100,
          Average: 50,
          Minimum: 40,
          Maximum: 60,
          SampleCount: 2,
        },
      ],
    });
  });

  test.each([
    ['p50', 50],
    ['p90', 90],
    ['p99', 99],
    ['p99.9', 100],
    ['p100', 100],
  ])('give %s of 1 to 100 as %d', async (statistic, value) => {
    const { put, run, range } = await withData();
    await put({ MetricName: 'Latency', Values: Array.from({ length: 100 }, (_, i) => i + 1) });

    const input = { Namespace: 'Shop', MetricName: 'Latency', Period: 60, ExtendedStatistics: [statistic], ...range };

    expect((await run('GetMetricStatistics', input)).Datapoints[0].ExtendedStatistics).toEqual({ [statistic]: value });
  });

  test('keep percentiles within 5 % however many values there are', async () => {
    const { cloudWatch, run, range } = await withData();
    for (let i = 1; i <= 10_000; i++) cloudWatch.put('Shop', 'Latency', {}, i + 0.5);

    const input = { Namespace: 'Shop', MetricName: 'Latency', Period: 60, ExtendedStatistics: ['p99'], ...range };
    const { p99 } = (await run('GetMetricStatistics', input)).Datapoints[0].ExtendedStatistics;

    expect(Math.abs(p99 - 9_900)).toBeLessThan(9_900 * 0.05);
  });

  test('are queried with expressions', async () => {
    const { put, run, range, startS } = await withData();
    await put({ MetricName: 'Errors', Value: 5, Timestamp: startS });
    await put({ MetricName: 'Requests', Value: 50, Timestamp: startS });
    await put({ MetricName: 'Requests', Value: 70, Timestamp: startS + 60 });
    const metric = (Id: string, MetricName: string) => ({
      Id,
      MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period: 60, Stat: 'Sum' },
      ReturnData: false,
    });
    const MetricDataQueries = [
      { Id: 'rate', Expression: 'e / r', Label: 'Error rate' },
      metric('e', 'Errors'),
      metric('r', 'Requests'),
    ];

    expect(await run('GetMetricData', { MetricDataQueries, ScanBy: 'TimestampAscending', ...range })).toEqual({
      MetricDataResults: [
        {
          Id: 'rate',
          Label: 'Error rate',
          Timestamps: [startS, startS + 60],
          Values: [0.1, 0],
          StatusCode: 'Complete',
        },
      ],
      Messages: [],
    });
  });

  test('are listed by namespace, name and dimensions', async () => {
    const { cloudWatch, run } = await withData();
    cloudWatch.put('Shop', 'Errors', { service: 'order' }, 1);
    cloudWatch.put('Shop', 'Errors', { service: 'cart' }, 1);
    cloudWatch.put('Other', 'Errors', {}, 1);
    const count = async (input: object) => (await run('ListMetrics', input)).Metrics.length;

    expect(await count({})).toBe(3);
    expect(await count({ Namespace: 'Shop' })).toBe(2);
    expect(await count({ Dimensions: [{ Name: 'service' }] })).toBe(2);
    expect(await run('ListMetrics', { Dimensions: [{ Name: 'service', Value: 'cart' }] })).toEqual({
      Metrics: [{ Namespace: 'Shop', MetricName: 'Errors', Dimensions: [{ Name: 'service', Value: 'cart' }] }],
    });
  });

  test('of AWS are not put by roles', async () => {
    const { run } = await withData();

    await expect(run('PutMetricData', { Namespace: 'AWS/SQS', MetricData: [] }, ROLE)).rejects.toThrow(
      'The value AWS/SQS for parameter Namespace is invalid.',
    );
  });

  test('cannot be asked for what is not modelled', async () => {
    const { run, range } = await withData();
    const input = { Namespace: 'Shop', MetricName: 'Errors', Period: 60, ...range };

    await expect(run('GetMetricStatistics', { ...input, ExtendedStatistics: ['tm90'] })).rejects.toThrow('tm90');
    await expect(
      run('GetMetricData', { MetricDataQueries: [{ Id: 'e', Expression: 'x + 1' }], ...range }),
    ).rejects.toThrow('the id x');
    await expect(run('GetMetricStatistics', { ...input, EndTime: 0 })).rejects.toThrow('StartTime must be less');
  });
});

describe('dashboards', () => {
  test('are kept as the template wrote them', async () => {
    const { create, run } = await fakeCloudWatch();
    await create('Dashboard', { DashboardName: 'shop', DashboardBody: '{"widgets":[]}' });

    expect(await run('GetDashboard', { DashboardName: 'shop' })).toMatchObject({ DashboardBody: '{"widgets":[]}' });
    expect(await run('ListDashboards', {})).toMatchObject({ DashboardEntries: [{ DashboardName: 'shop', Size: 14 }] });
    await expect(run('GetDashboard', { DashboardName: 'none' })).rejects.toMatchObject({
      code: 'DashboardNotFoundError',
    });
  });
});
