import { describe, expect, test } from '@jest/globals';
import { compileSchedule } from '#lib/local-cloud/events/schedule-expression.ts';
import { anEventBridge, arnOf, delivered } from '#test/local-cloud/events/events-for-tests.ts';

const at = (iso: string) => Date.parse(iso);
const NOW = at('2026-11-20T10:30:15Z'); // a Friday

function runs(expression: string, count = 3, timeZone?: string): string[] {
  const next = compileSchedule(expression, { since: NOW, timeZone });
  const found: string[] = [];
  for (let run = next(NOW); run !== undefined && found.length < count; run = next(run)) {
    found.push(new Date(run).toISOString().slice(0, 19));
  }
  return found;
}

describe('a schedule expression', () => {
  test.each([
    ['rate(1 minute)', ['2026-11-20T10:31:15', '2026-11-20T10:32:15', '2026-11-20T10:33:15']],
    ['rate(12 hours)', ['2026-11-20T22:30:15', '2026-11-21T10:30:15', '2026-11-21T22:30:15']],
    ['rate(7 days)', ['2026-11-27T10:30:15', '2026-12-04T10:30:15', '2026-12-11T10:30:15']],
    ['cron(0 10 * * ? *)', ['2026-11-21T10:00:00', '2026-11-22T10:00:00', '2026-11-23T10:00:00']],
    ['cron(15 12 * * ? *)', ['2026-11-20T12:15:00', '2026-11-21T12:15:00', '2026-11-22T12:15:00']],
    ['cron(0 18 ? * MON-FRI *)', ['2026-11-20T18:00:00', '2026-11-23T18:00:00', '2026-11-24T18:00:00']],
    ['cron(0 8 1 * ? *)', ['2026-12-01T08:00:00', '2027-01-01T08:00:00', '2027-02-01T08:00:00']],
    ['cron(0/15 * * * ? *)', ['2026-11-20T10:45:00', '2026-11-20T11:00:00', '2026-11-20T11:15:00']],
    ['cron(*/20 10-11 * * ? *)', ['2026-11-20T10:40:00', '2026-11-20T11:00:00', '2026-11-20T11:20:00']],
    ['cron(0/5 8-17 ? * MON-FRI *)', ['2026-11-20T10:35:00', '2026-11-20T10:40:00', '2026-11-20T10:45:00']],
    ['cron(0 9 ? * 2#1 *)', ['2026-12-07T09:00:00', '2027-01-04T09:00:00', '2027-02-01T09:00:00']],
    ['cron(0 9 ? * 6L *)', ['2026-11-27T09:00:00', '2026-12-25T09:00:00', '2027-01-29T09:00:00']],
    ['cron(0 9 ? * L *)', ['2026-11-21T09:00:00', '2026-11-28T09:00:00', '2026-12-05T09:00:00']],
    ['cron(0 0 L * ? *)', ['2026-11-30T00:00:00', '2026-12-31T00:00:00', '2027-01-31T00:00:00']],
    ['cron(0 0 LW * ? *)', ['2026-11-30T00:00:00', '2026-12-31T00:00:00', '2027-01-29T00:00:00']],
    ['cron(0 0 1W * ? *)', ['2026-12-01T00:00:00', '2027-01-01T00:00:00', '2027-02-01T00:00:00']],
    ['cron(0 0 15W 5,8 ? *)', ['2027-05-14T00:00:00', '2027-08-16T00:00:00', '2028-05-15T00:00:00']],
    ['cron(0 0 29 FEB ? *)', ['2028-02-29T00:00:00', '2032-02-29T00:00:00', '2036-02-29T00:00:00']],
    ['cron(0 0 1 1 ? 2027-2028)', ['2027-01-01T00:00:00', '2028-01-01T00:00:00']],
    ['cron(0 0 1 1 ? 2020)', []],
    ['at(2026-12-24T18:00:00)', ['2026-12-24T18:00:00']],
    ['at(2026-01-01T00:00:00)', []],
  ])('%s', (expression, expected) => {
    expect(runs(expression)).toEqual(expected);
  });

  test.each([
    ['cron(0 9 * * ? *)', 'Europe/Berlin', ['2026-11-21T08:00:00', '2026-11-22T08:00:00', '2026-11-23T08:00:00']],
    ['cron(0 9 28,29 3 ? *)', 'Europe/Berlin', ['2027-03-28T07:00:00', '2027-03-29T07:00:00', '2028-03-28T07:00:00']],
    // The clocks go from 2:00 to 3:00 on 28 March 2027: that day has no 2:30.
    ['cron(30 2 27-29 3 ? 2027)', 'Europe/Berlin', ['2027-03-27T01:30:00', '2027-03-29T00:30:00']],
    // They go back from 3:00 to 2:00 on 31 October 2027: 2:30 comes twice and the schedule runs once.
    [
      'cron(30 2 30,31 10 ? 2027)',
      'Europe/Berlin',
      ['2027-10-30T00:30:00', expect.stringMatching(/^2027-10-31T0[01]:30/)],
    ],
    ['at(2026-12-24T18:00:00)', 'America/New_York', ['2026-12-24T23:00:00']],
  ])('%s in %s', (expression, timeZone, expected) => {
    expect(runs(expression, 3, timeZone)).toEqual(expected);
  });

  test.each([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(0 10 * * ?)',
    'cron(60 10 * * ? *)',
    'cron(0 10 * 13 ? *)',
    'cron(0 10 ? * MOO *)',
    'cron(30-10 10 * * ? *)',
    'cron(0/0 10 * * ? *)',
    'every day',
  ])('%s is refused', (expression) => {
    expect(() => compileSchedule(expression, { since: NOW })).toThrow('Parameter ScheduleExpression is not valid.');
  });
});

describe('a rule with a schedule', () => {
  test('delivers an event at every run, once the cloud is started', async () => {
    const { clock, events, call, calls } = anEventBridge();
    await call('PutRule', { Name: 'tick', ScheduleExpression: 'rate(5 minutes)' });
    await call('PutTargets', { Rule: 'tick', Targets: [{ Id: 'q', Arn: arnOf('sqs', 'ticks') }] });
    clock.advance(300_000);
    await delivered();
    expect(calls).toHaveLength(0);

    await events.start?.();
    for (let run = 0; run < 2; run += 1) {
      clock.advance(300_000);
      await delivered();
    }
    expect(calls.map(({ input }) => JSON.parse(input.MessageBody))).toEqual(
      Array(2).fill(
        expect.objectContaining({
          'detail-type': 'Scheduled Event',
          source: 'aws.events',
          resources: [arnOf('events', 'rule/tick')],
          detail: {},
        }),
      ),
    );
  });

  test('runs no more when it is disabled or deleted', async () => {
    const { clock, events, call, calls } = anEventBridge();
    await events.start?.();
    for (const Name of ['disabled', 'deleted']) {
      await call('PutRule', { Name, ScheduleExpression: 'rate(1 minute)' });
      await call('PutTargets', { Rule: Name, Targets: [{ Id: 'q', Arn: arnOf('sqs', 'ticks') }] });
    }
    await call('DisableRule', { Name: 'disabled' });
    await call('RemoveTargets', { Rule: 'deleted', Ids: ['q'] });
    await call('DeleteRule', { Name: 'deleted' });
    clock.advance(600_000);
    await delivered();
    expect(calls).toHaveLength(0);
  });

  test('has to be on the default bus', async () => {
    const { call } = anEventBridge();
    await call('CreateEventBus', { Name: 'shop' });
    await expect(
      call('PutRule', { Name: 'tick', EventBusName: 'shop', ScheduleExpression: 'rate(5 minutes)' }),
    ).rejects.toThrow('ScheduleExpression is supported only on the default event bus.');
  });
});

describe('EventBridge Scheduler', () => {
  const ROLE = 'arn:aws:iam::000000000000:role/scheduler';
  const OFF = { FlexibleTimeWindow: { Mode: 'OFF' } };
  const aSchedule = (target: object, more: object = {}) => ({
    ...OFF,
    Name: 'sweep',
    ScheduleExpression: 'rate(1 hour)',
    Target: { RoleArn: ROLE, ...target },
    ...more,
  });

  test('calls a target under the role of the schedule', async () => {
    const { clock, events, deploy, calls } = anEventBridge();
    const Input = '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>"}';
    const created = await deploy(
      'AWS::Scheduler::Schedule',
      aSchedule({ Arn: arnOf('lambda', 'function:sweep'), Input }),
    );
    expect(created).toEqual({ ref: 'sweep', attributes: { Arn: arnOf('scheduler', 'schedule/default/sweep') } });

    await events.start?.();
    clock.advance(3_600_000);
    await delivered();
    expect(calls[0]?.context.caller).toEqual({ kind: 'role', roleArn: ROLE });
    expect(JSON.parse(String(calls[0]?.input.Payload))).toEqual({
      at: expect.stringMatching(/Z$/),
      by: arnOf('scheduler', 'schedule/default/sweep'),
    });
  });

  test.each([
    [
      { Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution', Input: '{"stateMachineArn":"s"}' },
      'states:StartExecution',
      { stateMachineArn: 's' },
    ],
    [
      { Arn: arnOf('sqs', 'jobs.fifo'), Input: 'go', SqsParameters: { MessageGroupId: 'g' } },
      'sqs:SendMessage',
      { MessageBody: 'go', MessageGroupId: 'g' },
    ],
  ])('delivers to %j', async (target, action, input) => {
    const { clock, events, deploy, calls } = anEventBridge();
    await deploy('AWS::Scheduler::Schedule', aSchedule(target));
    await events.start?.();
    clock.advance(3_600_000);
    await delivered();
    expect(calls.map(({ to }) => to)).toEqual([action]);
    expect(calls[0]?.input).toMatchObject(input);
  });

  test('puts events onto a bus', async () => {
    const { clock, events, deploy } = anEventBridge();
    const seen: unknown[] = [];
    events.onEvent(({ event }) => seen.push([event.source, event['detail-type'], event.detail]));
    const EventBridgeParameters = { Source: 'cron', DetailType: 'Tick' };
    const Arn = arnOf('events', 'event-bus/default');
    await deploy('AWS::Scheduler::Schedule', aSchedule({ Arn, Input: '{"a":1}', EventBridgeParameters }));
    await events.start?.();
    clock.advance(3_600_000);
    await delivered();
    expect(seen).toEqual([['cron', 'Tick', { a: 1 }]]);
  });

  test('gives up into the dead-letter queue of the schedule', async () => {
    const { clock, events, deploy, calls, fail } = anEventBridge();
    const DeadLetterConfig = { Arn: arnOf('sqs', 'dead-letters') };
    const RetryPolicy = { MaximumRetryAttempts: '0' };
    const Arn = arnOf('lambda', 'function:sweep');
    await deploy('AWS::Scheduler::Schedule', aSchedule({ Arn, DeadLetterConfig, RetryPolicy, Input: '{"a":1}' }));
    fail('lambda:Invoke', () => new Error('boom'));
    await events.start?.();
    clock.advance(3_600_000);
    await delivered();
    const { MessageBody, MessageAttributes } = calls[1]?.input ?? {};
    expect(MessageBody).toBe('{"a":1}');
    expect(MessageAttributes.SCHEDULE_ARN.StringValue).toBe(arnOf('scheduler', 'schedule/default/sweep'));
    expect(MessageAttributes.EXHAUSTED_RETRY_CONDITION.StringValue).toBe('MaximumRetryAttempts');
  });

  test('runs between its dates only, and not at all when it is disabled', async () => {
    const { clock, events, deploy, calls } = anEventBridge();
    const target = { Arn: arnOf('sqs', 'jobs') };
    const later = (ms: number) => new Date(clock.now() + ms).toISOString();
    const dates = { StartDate: later(7_200_000), EndDate: later(7_200_000 + 3_700_000) };
    await deploy('AWS::Scheduler::Schedule', aSchedule(target, dates));
    await deploy('AWS::Scheduler::Schedule', aSchedule(target, { Name: 'off', State: 'DISABLED' }));
    await events.start?.();
    const sentAfter: number[] = [];
    for (let hour = 1; hour <= 6; hour += 1) {
      clock.advance(3_600_000);
      await delivered();
      sentAfter.push(calls.length);
    }
    expect(sentAfter).toEqual([0, 0, 1, 1, 1, 1]);
  });

  test('refuses what it does not model, by name', () => {
    const { deploy } = anEventBridge();
    const flexible = { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } };
    const target = { Arn: arnOf('sqs', 'jobs') };
    expect(() => deploy('AWS::Scheduler::Schedule', aSchedule(target, flexible), 'Sweep')).toThrow(
      'Sweep: the embedded cloud',
    );
    expect(() => deploy('AWS::Scheduler::Schedule', aSchedule({ Arn: arnOf('ecs', 'x') }), 'Sweep')).toThrow(
      'schedule Sweep',
    );
  });
});
