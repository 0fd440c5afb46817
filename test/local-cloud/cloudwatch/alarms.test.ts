import { describe, expect, test } from '@jest/globals';
import { fakeCloudWatch, MINUTE_MS, ON_ERRORS, TOPIC_ARN } from './fake-cloud.ts';

describe('an alarm', () => {
  test('goes through its states as data comes and goes', async () => {
    const { create, minute, state } = await fakeCloudWatch();
    await create('Alarm', ON_ERRORS);

    const states = [state()];
    for (const values of [[0], [1], [0], [5, 5], [], [], [], []]) {
      minute(...values);
      states.push(state());
    }

    expect(states).toEqual([
      'INSUFFICIENT_DATA',
      'OK',
      'ALARM',
      'OK',
      'ALARM',
      // Two more periods than needed are looked at: the last data point counts until it is out of sight.
      'ALARM',
      'ALARM',
      'INSUFFICIENT_DATA',
      'INSUFFICIENT_DATA',
    ]);
  });

  test('waits for the minute to end', async () => {
    const { create, cloudWatch, clock, state } = await fakeCloudWatch();
    await create('Alarm', ON_ERRORS);

    cloudWatch.put('Shop', 'Errors', {}, 1);
    clock.advance(MINUTE_MS / 2);
    expect(state()).toBe('INSUFFICIENT_DATA');

    clock.advance(MINUTE_MS / 2);
    expect(state()).toBe('ALARM');
  });

  test('sees every minute of a long jump', async () => {
    const { create, cloudWatch, clock, run } = await fakeCloudWatch();
    await create('Alarm', { ...ON_ERRORS, TreatMissingData: 'notBreaching' });

    cloudWatch.put('Shop', 'Errors', {}, 1);
    clock.advance(10 * MINUTE_MS);

    const { AlarmHistoryItems } = await run('DescribeAlarmHistory', { HistoryItemType: 'StateUpdate' });
    expect(AlarmHistoryItems.map((item: { HistorySummary: string }) => item.HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
    ]);
  });

  test.each([
    ['GreaterThanThreshold', [false, false, true]],
    ['GreaterThanOrEqualToThreshold', [false, true, true]],
    ['LessThanThreshold', [true, false, false]],
    ['LessThanOrEqualToThreshold', [true, true, false]],
  ])('with %s compares with its threshold', async (ComparisonOperator, breaching) => {
    const { create, minute, state } = await fakeCloudWatch();
    await create('Alarm', { ...ON_ERRORS, ComparisonOperator, Threshold: 5 });

    const alarmed = [4, 5, 6].map((value) => {
      minute(value);
      return state() === 'ALARM';
    });

    expect(alarmed).toEqual(breaching);
  });

  test.each([
    [{ Statistic: 'Sum' }, 6],
    [{ Statistic: 'Average' }, 2],
    [{ Statistic: 'Maximum' }, 3],
    [{ Statistic: 'Minimum' }, 1],
    [{ Statistic: 'SampleCount' }, 3],
    [{ Statistic: undefined, ExtendedStatistic: 'p50' }, 2],
  ])('by %j looks at %d', async (statistic, value) => {
    const { create, minute, state } = await fakeCloudWatch();
    const exactly = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: value };
    await create('Alarm', { ...ON_ERRORS, ...exactly, ...statistic }, 'At');
    await create('Alarm', { ...ON_ERRORS, ...exactly, Threshold: value + 0.01, ...statistic }, 'Above');

    minute(1, 2, 3);

    expect([state('Shop-At'), state('Shop-Above')]).toEqual(['ALARM', 'OK']);
  });

  test('sums up over its whole period', async () => {
    const { create, minute, state } = await fakeCloudWatch();
    await create('Alarm', { ...ON_ERRORS, Period: 300, Threshold: 4 });

    for (let i = 0; i < 4; i++) minute(1);
    expect(state()).not.toBe('ALARM');

    minute(1);
    expect(state()).toBe('ALARM');
  });

  test('tells metrics apart by their dimensions', async () => {
    const { create, cloudWatch, clock, state } = await fakeCloudWatch();
    const on = (Value: string) => ({ ...ON_ERRORS, Dimensions: [{ Name: 'queue', Value }] });
    await create('Alarm', on('a'), 'A');
    await create('Alarm', on('b'), 'B');

    cloudWatch.put('Shop', 'Errors', { queue: 'a' }, 1);
    clock.advance(MINUTE_MS);

    expect([state('Shop-A'), state('Shop-B')]).toEqual(['ALARM', 'INSUFFICIENT_DATA']);
  });

  test('judges gauges as they are at the end of the minute', async () => {
    const { create, cloudWatch, clock, state } = await fakeCloudWatch();
    let depth = 0;
    cloudWatch.registerGauges(() => [
      { namespace: 'Shop', name: 'Errors', dimensions: {}, value: depth, unit: 'Count' },
    ]);
    await create('Alarm', ON_ERRORS);

    clock.advance(MINUTE_MS);
    expect(state()).toBe('OK');

    depth = 3;
    clock.advance(MINUTE_MS);
    expect(state()).toBe('ALARM');
  });

  test('on an expression judges the query that returns data', async () => {
    const { create, cloudWatch, clock, state } = await fakeCloudWatch();
    const metric = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period: 60, Stat: 'Sum' },
    });
    await create('Alarm', {
      Metrics: [
        { Id: 'rate', Expression: '100 * errors / FILL(all, 0)' },
        metric('errors', 'Errors'),
        metric('all', 'Requests'),
      ],
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    const requests = (all: number, errors: number) => {
      cloudWatch.put('Shop', 'Requests', {}, all);
      cloudWatch.put('Shop', 'Errors', {}, errors);
      clock.advance(MINUTE_MS);
      return state();
    };

    expect([requests(100, 10), requests(100, 11), requests(1000, 11)]).toEqual(['OK', 'ALARM', 'OK']);
  });
});

describe('the actions of an alarm', () => {
  const WITH_ACTIONS = { ...ON_ERRORS, AlarmName: 'errors', AlarmActions: [TOPIC_ARN], OKActions: [TOPIC_ARN] };

  test('notify its topic once for each change', async () => {
    const { create, minute, cloudWatch, calls } = await fakeCloudWatch();
    const { attributes } = await create('Alarm', WITH_ACTIONS);

    for (const value of [0, 1, 1, 0]) minute(value);
    await cloudWatch.settle();

    expect(calls.map(({ service, action, input }) => [service, action, input.TopicArn, input.Subject])).toEqual([
      ['sns', 'Publish', TOPIC_ARN, 'OK: "errors" in us-east-1'],
      ['sns', 'Publish', TOPIC_ARN, 'ALARM: "errors" in us-east-1'],
      ['sns', 'Publish', TOPIC_ARN, 'OK: "errors" in us-east-1'],
    ]);
    expect(calls[1]?.context.caller).toEqual({
      kind: 'service',
      principal: 'cloudwatch.amazonaws.com',
      sourceArn: attributes?.Arn,
    });
    expect(JSON.parse(calls[1]?.input.Message)).toMatchObject({
      AlarmName: 'errors',
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      NewStateReason:
        'Threshold Crossed: 1 out of the last 1 datapoint [1] was greater than the threshold (0) (minimum 1 datapoint for OK -> ALARM transition).',
      Trigger: { MetricName: 'Errors', Namespace: 'Shop', Statistic: 'SUM', Period: 60, Threshold: 0 },
    });
  });

  test('invoke functions', async () => {
    const { create, minute, cloudWatch, calls } = await fakeCloudWatch();
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:page';
    await create('Alarm', { ...WITH_ACTIONS, AlarmActions: [arn], OKActions: [] });

    minute(1);
    await cloudWatch.settle();

    expect(calls).toMatchObject([
      { service: 'lambda', action: 'Invoke', input: { FunctionName: arn, InvocationType: 'Event' } },
    ]);
  });

  test('rest while they are disabled', async () => {
    const { create, minute, cloudWatch, calls, run } = await fakeCloudWatch();
    await create('Alarm', WITH_ACTIONS);

    await run('DisableAlarmActions', { AlarmNames: ['errors'] });
    minute(1);
    await run('EnableAlarmActions', { AlarmNames: ['errors'] });
    minute(0);
    await cloudWatch.settle();

    expect(calls.map(({ input }) => input.Subject)).toEqual(['OK: "errors" in us-east-1']);
  });

  test('can be tried out by setting the state', async () => {
    const { create, run, cloudWatch, calls, minute, state } = await fakeCloudWatch();
    await create('Alarm', WITH_ACTIONS);

    await run('SetAlarmState', { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'test' });
    await cloudWatch.settle();
    expect(JSON.parse(calls[0]?.input.Message)).toMatchObject({ NewStateReason: 'test' });

    minute(0);
    expect(state('errors')).toBe('OK');
  });
});

describe('a composite alarm', () => {
  test('follows the alarms of its rule', async () => {
    const { create, run, state } = await fakeCloudWatch();
    await create('Alarm', { ...ON_ERRORS, AlarmName: 'a' });
    await create('Alarm', { ...ON_ERRORS, AlarmName: 'b' });
    const { attributes } = await create('CompositeAlarm', { AlarmName: 'both', AlarmRule: 'ALARM("a") AND ALARM(b)' });
    await create('CompositeAlarm', { AlarmName: 'not-both', AlarmRule: `NOT ALARM("${attributes?.Arn}")` });
    const set = (AlarmName: string, StateValue: string) =>
      run('SetAlarmState', { AlarmName, StateValue, StateReason: '' });

    await set('a', 'ALARM');
    expect([state('both'), state('not-both')]).toEqual(['OK', 'ALARM']);

    await set('b', 'ALARM');
    expect([state('both'), state('not-both')]).toEqual(['ALARM', 'OK']);
  });

  test.each([
    ['ALARM(a) OR ALARM(b)', 'ALARM'],
    ['ALARM(a) AND ALARM(b)', 'OK'],
    ['ALARM(a) AND NOT ALARM(b)', 'ALARM'],
    ['OK(b) AND (ALARM(a) OR INSUFFICIENT_DATA(c))', 'ALARM'],
    ['INSUFFICIENT_DATA(c)', 'ALARM'],
    ['FALSE OR TRUE', 'ALARM'],
  ])('of the rule %s is in %s when a is in ALARM, b is OK and c has no data', async (AlarmRule, expected) => {
    const { create, run, state } = await fakeCloudWatch();
    for (const AlarmName of ['a', 'b', 'c']) await create('Alarm', { ...ON_ERRORS, AlarmName });
    await create('CompositeAlarm', { AlarmName: 'composite', AlarmRule });

    await run('SetAlarmState', { AlarmName: 'a', StateValue: 'ALARM', StateReason: '' });
    await run('SetAlarmState', { AlarmName: 'b', StateValue: 'OK', StateReason: '' });

    expect(state('composite')).toBe(expected);
  });

  test.each(['ALARM(a) AND', 'ALARM a', 'BROKEN(a)', 'ALARM(a) ALARM(b)'])('refuses the rule %s', async (AlarmRule) => {
    const { create } = await fakeCloudWatch();

    await expect(create('CompositeAlarm', { AlarmRule })).rejects.toThrow('AlarmRule is not valid');
  });
});

describe('DescribeAlarms', () => {
  test('tells metric alarms, and composite ones if asked', async () => {
    const { create, run, minute } = await fakeCloudWatch();
    await create('Alarm', { ...ON_ERRORS, AlarmName: 'errors' });
    await create('CompositeAlarm', { AlarmName: 'any', AlarmRule: 'ALARM(errors)' });
    minute(1);

    expect(await run('DescribeAlarms', {})).toMatchObject({
      MetricAlarms: [{ AlarmName: 'errors', StateValue: 'ALARM', Namespace: 'Shop', Statistic: 'Sum', Threshold: 0 }],
      CompositeAlarms: [],
    });
    expect(await run('DescribeAlarms', { AlarmTypes: ['CompositeAlarm'], StateValue: 'ALARM' })).toMatchObject({
      MetricAlarms: [],
      CompositeAlarms: [{ AlarmName: 'any', AlarmRule: 'ALARM(errors)' }],
    });
  });
});

describe('what alarms do not know', () => {
  test.each([
    [{ ComparisonOperator: 'LessThanLowerThreshold' }, 'ComparisonOperator LessThanLowerThreshold'],
    [{ Period: 10 }, 'a Period of 10'],
    [{ Statistic: undefined, ExtendedStatistic: 'tm99' }, 'the statistic tm99'],
    [{ Metrics: [{ Id: 'e1', Expression: 'm1 +' }] }, 'the expression m1 +'],
  ])('is refused by name: %j', async (properties, message) => {
    const { create } = await fakeCloudWatch();

    await expect(create('Alarm', { ...ON_ERRORS, ...properties })).rejects.toThrow(`Shop/Alarm: `);
    await expect(create('Alarm', { ...ON_ERRORS, ...properties })).rejects.toThrow(message);
  });
});
