import { describe, expect, test } from '@jest/globals';
import { retryDelaySeconds } from '#lib/local-cloud/states/error-handling.ts';
import { isErrorMatched, StateError } from '#lib/local-cloud/states/state-error.ts';
import { INVOKE, RETRIED } from './fixtures.ts';
import { createHarness, lambda, named, only, run, settle } from './harness.ts';

const failWith = (...names: string[]) => {
  let attempt = 0;
  return lambda(() => {
    const name = names[attempt++];
    if (name) throw named(name);
    return 'done';
  });
};

describe('ErrorEquals', () => {
  test.each([
    ['States.ALL', 'Any', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.QueryEvaluationError', true],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.ALL', 'States.Runtime', false],
    ['States.Runtime', 'States.Runtime', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.TaskFailed', 'Any', true],
    ['States.TaskFailed', 'Lambda.TooManyRequestsException', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.TaskFailed', 'States.HeartbeatTimeout', false],
    ['States.TaskFailed', 'States.DataLimitExceeded', false],
    ['Any', 'Any', true],
    ['Any', 'Another', false],
    ['any', 'Any', false],
  ])('%s and the error %s: %s', (name, error, expected) => {
    expect(isErrorMatched([name], new StateError(error))).toBe(expected);
  });

  test('finds an error by one of several names, and one without a name by States.ALL', () => {
    expect(isErrorMatched(['A', 'B'], new StateError('B'))).toBe(true);
    expect(isErrorMatched(['States.ALL'], new StateError(undefined))).toBe(true);
  });
});

describe('the wait before a retry', () => {
  const retrier = { ErrorEquals: ['E'], IntervalSeconds: 3, BackoffRate: 1.5 };

  test.each([
    [{ ErrorEquals: ['E'] }, [1, 2, 4, 8]],
    [retrier, [3, 4.5, 6.75]],
    [{ ...retrier, BackoffRate: 1 }, [3, 3, 3]],
    [{ ...retrier, BackoffRate: 10, MaxDelaySeconds: 40 }, [3, 30, 40, 40]],
    [{ ...retrier, JitterStrategy: 'NONE' as const }, [3, 4.5]],
  ])('%j grows as %j', (given, delays) => {
    expect(delays.map((_, index) => retryDelaySeconds(given, index + 1, () => 0.5))).toEqual(delays);
  });

  test.each([
    [0, 0],
    [0.5, 3],
    [0.999, 5.994],
  ])('with full jitter lies between nothing and the whole: %d of it is %d s', (random, delay) => {
    expect(retryDelaySeconds({ ...retrier, BackoffRate: 2, JitterStrategy: 'FULL' }, 2, () => random)).toBeCloseTo(
      delay,
    );
  });
});

describe('Retry', () => {
  test('tries again at the times it says, on the clock of the cloud', async () => {
    const { create, start, clock, calls, ended } = createHarness({ services: failWith('Broken', 'Broken') });
    const arn = await start(await create(RETRIED));
    await settle();
    const seen = [calls.length];
    for (const ms of [1990, 10, 2990, 10]) {
      clock.advance(ms);
      await settle();
      seen.push(calls.length);
    }

    expect(seen).toEqual([1, 1, 2, 2, 3]);
    expect((await ended(arn)).output).toBe('"done"');
  });

  test('waits for the part of the time that the jitter says', async () => {
    const retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 100, JitterStrategy: 'FULL' }];
    const { create, start, clock, calls } = createHarness({ services: failWith('Broken'), random: () => 0.25 });
    await start(await create(only({ ...INVOKE, Retry: retry })));
    await settle();
    clock.advance(24_000);
    await settle();
    expect(calls.length).toBe(1);

    clock.advance(1_000);
    await settle();

    expect(calls.length).toBe(2);
  });

  test('counts the attempts of each retrier by itself, and asks no later one when they are used up', async () => {
    const retry = [
      { ErrorEquals: ['A', 'B'], IntervalSeconds: 1, MaxAttempts: 2 },
      { ErrorEquals: ['C'], IntervalSeconds: 5, MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'] },
    ];
    const { create, start, clock, calls, describe: status } = createHarness({ services: failWith('A', 'B', 'C', 'B') });
    const arn = await start(await create(only({ ...INVOKE, Retry: retry })));
    const seen: number[] = [];
    for (const ms of [0, 1000, 2000, 5000]) {
      await settle();
      clock.advance(ms);
      await settle();
      seen.push(calls.length);
    }

    expect(seen).toEqual([1, 2, 3, 4]);
    expect(status(arn)).toMatchObject({ status: 'FAILED', error: 'B' });
  });

  test('does not try again with MaxAttempts 0', async () => {
    const retry = [{ ErrorEquals: ['Broken'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
    const { execution, calls } = await run(only({ ...INVOKE, Retry: retry }), {}, { services: failWith('Broken') });

    expect(execution.error).toBe('Broken');
    expect(calls.length).toBe(1);
  });

  test('evaluates Arguments anew, with the count of retries', async () => {
    const events: unknown[] = [];
    const services = lambda((event) => {
      events.push(event);
      if (events.length < 3) throw named('Broken');
    });
    const state = {
      ...INVOKE,
      Arguments: { FunctionName: 'work', Payload: '{% $states.context.State.RetryCount %}' },
      Output: '{% $states.context.State.RetryCount %}',
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, JitterStrategy: 'FULL' }],
    };
    const { output } = await run(only(state), {}, { services, random: () => 0 });

    expect(events).toEqual([0, 1, 2]);
    expect(output).toBe(2);
  });

  test('tries an evaluation again, too', async () => {
    const retry = [
      { ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1, IntervalSeconds: 1, JitterStrategy: 'FULL' },
    ];
    const { calls, execution } = await run(
      only({ ...INVOKE, Output: '{% $nothing %}', Retry: retry }),
      {},
      {
        services: lambda(() => 1),
        random: () => 0,
      },
    );

    expect(calls.length).toBe(2);
    expect(execution.error).toBe('States.QueryEvaluationError');
  });
});

describe('Catch', () => {
  const caught = (catchers: object[]) => ({
    StartAt: 'Work',
    States: {
      Work: { ...INVOKE, Catch: catchers, End: true },
      Left: {
        Type: 'Pass',
        Output: { left: '{% $states.input %}', reason: '{% $exists($reason) ? $reason : null %}' },
        End: true,
      },
      Right: { Type: 'Pass', Output: { right: '{% $states.input %}' }, End: true },
    },
  });
  const both = [
    { ErrorEquals: ['A', 'B'], Next: 'Left' },
    { ErrorEquals: ['States.ALL'], Next: 'Right' },
  ];
  const errorOutput = (name: string) => ({
    Error: name,
    Cause: JSON.stringify({ errorType: name, errorMessage: 'failed', trace: [] }),
  });

  test.each([
    ['A', { left: errorOutput('A'), reason: null }],
    ['B', { left: errorOutput('B'), reason: null }],
    ['C', { right: errorOutput('C') }],
  ])('takes the first catcher that matches %s', async (name, expected) => {
    expect((await run(caught(both), {}, { services: failWith(name) })).output).toEqual(expected);
  });

  test('passes on what its Output says and sets what its Assign says', async () => {
    const catchers = [
      {
        ErrorEquals: ['A'],
        Output: { error: '{% $states.errorOutput.Error %}', input: '{% $states.input %}' },
        Assign: { reason: '{% $parse($states.errorOutput.Cause).errorMessage %}' },
        Next: 'Left',
      },
      { ErrorEquals: ['B'], Next: 'Right' },
    ];

    expect((await run(caught(catchers), { n: 1 }, { services: failWith('A') })).output).toEqual({
      left: { error: 'A', input: { n: 1 } },
      reason: 'failed',
    });
  });

  test('leaves an error that no catcher names', async () => {
    const catchers = [
      { ErrorEquals: ['A'], Next: 'Left' },
      { ErrorEquals: ['B'], Next: 'Right' },
    ];

    expect((await run(caught(catchers), {}, { services: failWith('Z') })).execution).toMatchObject({
      status: 'FAILED',
      error: 'Z',
    });
  });

  test('takes an expression without a value', async () => {
    const definition = caught(both);
    definition.States.Work.Output = '{% $nothing %}';

    expect((await run(definition, {}, { services: failWith() })).output).toEqual({
      right: { Error: 'States.QueryEvaluationError', Cause: expect.stringContaining('returned nothing') },
    });
  });

  test('fails with the error of its own Output', async () => {
    const catchers = [
      { ErrorEquals: ['A'], Output: '{% $nothing %}', Next: 'Left' },
      { ErrorEquals: ['B'], Next: 'Right' },
    ];

    expect((await run(caught(catchers), {}, { services: failWith('A') })).execution).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining("for the field 'Catch[0]/Output'"),
    });
  });
});

describe('the limit of 256 KiB', () => {
  const large = 'x'.repeat(262_143);
  const tooLarge = `${large}xx`;
  const catchAll = (names: string[]) => ({
    StartAt: 'Work',
    States: {
      Work: { ...INVOKE, Catch: [{ ErrorEquals: names, Next: 'Caught' }], End: true },
      Caught: { Type: 'Pass', Output: '{% $states.input.Cause %}', End: true },
    },
  });

  test('holds for the result of a task', async () => {
    const { execution } = await run(catchAll(['States.ALL']), {}, { services: lambda(() => tooLarge) });

    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  test('may be caught by its name', async () => {
    const { output } = await run(catchAll(['States.DataLimitExceeded']), {}, { services: lambda(() => tooLarge) });

    expect(output).toContain("The state/task 'lambda' returned a result with a size exceeding");
  });

  test.each([
    ['Output', { Type: 'Pass', Output: "{% $pad('', 262143, 'x') %}" }],
    ['Output in characters of more bytes', { Type: 'Pass', Output: "{% $pad('', 131072, 'é') %}" }],
    ['Assign', { Type: 'Pass', Assign: { a: "{% $pad('', 262143, 'x') %}" } }],
  ])('holds for the %s of a state', async (_field, state) => {
    expect((await run(only(state))).execution).toMatchObject({
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining("The state/task 'Only' returned a result"),
    });
  });

  test('is not passed by what just fits', async () => {
    expect((await run(only({ Type: 'Pass', Output: "{% $pad('', 262142, 'x') %}" }))).execution.status).toBe(
      'SUCCEEDED',
    );
  });
});
