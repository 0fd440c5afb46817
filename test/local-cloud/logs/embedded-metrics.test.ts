import { describe, expect, test } from '@jest/globals';
import { embeddedMetrics } from '#lib/local-cloud/logs/embedded-metrics.ts';
import { fakeLogs } from './fake-cloud.ts';

const AT = 1_700_000_000_000;

const line = (directive: object, members: object, Timestamp: number | undefined = AT) => ({
  timestamp: 1,
  message: JSON.stringify({ _aws: { Timestamp, CloudWatchMetrics: [directive] }, ...members }),
});

describe('embedded metric format', () => {
  test('makes a metric for each set of dimensions', () => {
    const event = line(
      {
        Namespace: 'Shop',
        Dimensions: [['service'], ['service', 'route']],
        Metrics: [
          { Name: 'OrderPlaced', Unit: 'Count' },
          { Name: 'Latency', Unit: 'Milliseconds', StorageResolution: 1 },
        ],
      },
      { service: 'order', route: '/orders', OrderPlaced: 1, Latency: [12, 15.5] },
    );

    const service = { Name: 'service', Value: 'order' };
    const route = { Name: 'route', Value: '/orders' };
    const placed = { MetricName: 'OrderPlaced', Timestamp: AT / 1000, Value: 1, Unit: 'Count' };
    const latency = {
      MetricName: 'Latency',
      Timestamp: AT / 1000,
      Values: [12, 15.5],
      Unit: 'Milliseconds',
      StorageResolution: 1,
    };
    expect(embeddedMetrics(event)).toEqual([
      {
        namespace: 'Shop',
        data: [
          { ...placed, Dimensions: [service] },
          { ...placed, Dimensions: [service, route] },
          { ...latency, Dimensions: [service] },
          { ...latency, Dimensions: [service, route] },
        ],
      },
    ]);
  });

  test.each([
    ['without dimensions', { Namespace: 'N', Metrics: [{ Name: 'm' }] }, { m: 1 }, [{ Dimensions: [], Unit: 'None' }]],
    [
      'with an empty set',
      { Namespace: 'N', Dimensions: [[]], Metrics: [{ Name: 'm' }] },
      { m: 1 },
      [{ Dimensions: [] }],
    ],
    [
      'without a dimension of a set',
      { Namespace: 'N', Dimensions: [['x'], []], Metrics: [{ Name: 'm' }] },
      { m: 1 },
      [{ Dimensions: [] }],
    ],
    [
      'without the value of a metric',
      { Namespace: 'N', Metrics: [{ Name: 'm' }, { Name: 'n' }] },
      { n: 2 },
      [{ MetricName: 'n' }],
    ],
  ])('holds for a line %s', (_, directive, members, expected) => {
    const [batch] = embeddedMetrics(line(directive, members));

    expect(batch?.data).toHaveLength(expected.length);
    expect(batch?.data).toMatchObject(expected);
  });

  test('dates a line without a timestamp by its event', () => {
    const { message } = line({ Namespace: 'N', Metrics: [{ Name: 'm' }] }, { m: 1 });
    const undated = { timestamp: 5_000, message: message.replace(`"Timestamp":${AT},`, '') };

    expect(embeddedMetrics(undated)[0]?.data[0]?.Timestamp).toBe(5);
  });

  test.each([
    ['text around the JSON', `INFO {"_aws":{"CloudWatchMetrics":[]}}`],
    ['no namespace', JSON.stringify({ _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'm' }] }] }, m: 1 })],
    [
      'values that are no numbers',
      JSON.stringify({ _aws: { CloudWatchMetrics: [{ Namespace: 'N', Metrics: [{ Name: 'm' }] }] }, m: '1' }),
    ],
    ['no directives', '{"message":"CloudWatchMetrics"}'],
  ])('is not in a line with %s', (_, message) => {
    expect(embeddedMetrics({ timestamp: 1, message })).toEqual([]);
  });

  test('reaches CloudWatch when it is written', async () => {
    const { logs, calls } = fakeLogs();

    logs.write('/aws/lambda/order', 's', [line({ Namespace: 'Shop', Metrics: [{ Name: 'm' }] }, { m: 1 })]);
    await logs.settle();

    expect(calls).toEqual([
      {
        service: 'cloudwatch',
        action: 'PutMetricData',
        input: { Namespace: 'Shop', MetricData: [expect.objectContaining({ MetricName: 'm', Value: 1 })] },
      },
    ]);
  });
});

describe('a metric filter', () => {
  const filter = async (transformation: object, pattern = '{ $.level = "ERROR" }') => {
    const cloud = fakeLogs();
    await cloud.create('LogGroup', { LogGroupName: 'shop' });
    const MetricTransformations = [
      { MetricName: 'Errors', MetricNamespace: 'Shop', MetricValue: '1', ...transformation },
    ];
    await cloud.create('MetricFilter', { LogGroupName: 'shop', FilterPattern: pattern, MetricTransformations });
    const written = async (...messages: object[]) => {
      cloud.logs.write(
        'shop',
        's',
        messages.map((message) => ({ timestamp: AT, message: JSON.stringify(message) })),
      );
      await cloud.logs.settle();
      return cloud.calls.flatMap(({ input }) => input.MetricData);
    };
    return { ...cloud, written };
  };

  test('counts the lines that match', async () => {
    const { written } = await filter({});

    expect(await written({ level: 'ERROR' }, { level: 'INFO' })).toEqual([
      { MetricName: 'Errors', Dimensions: [], Timestamp: AT / 1000, Value: 1, Unit: 'None' },
    ]);
  });

  test('takes value and dimensions from the line', async () => {
    const { written } = await filter({
      MetricValue: '$.latency',
      Unit: 'Milliseconds',
      Dimensions: [{ Key: 'route', Value: '$.route' }],
    });

    expect(await written({ level: 'ERROR', latency: 12.5, route: '/orders' })).toMatchObject([
      { Value: 12.5, Unit: 'Milliseconds', Dimensions: [{ Name: 'route', Value: '/orders' }] },
    ]);
  });

  test('reports its default for lines that do not match', async () => {
    const { written } = await filter({ DefaultValue: 0 });

    expect(await written({ level: 'INFO' })).toMatchObject([{ Value: 0 }]);
  });

  test('does not see other groups', async () => {
    const { logs, calls } = await filter({});

    logs.write('other', 's', [{ timestamp: AT, message: '{"level":"ERROR"}' }]);
    await logs.settle();

    expect(calls).toEqual([]);
  });
});
