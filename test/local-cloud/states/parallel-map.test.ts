import { describe, expect, test } from '@jest/globals';
import { FAILING_MAP, FAILING_PARALLEL, INVOKE, MAP, PARALLEL } from './fixtures.ts';
import { createHarness, lambda, named, only, run, settle } from './harness.ts';

const block = (states: Record<string, object>) => ({ StartAt: Object.keys(states)[0], States: states });

describe('Parallel', () => {
  test('gives each branch its Arguments, and the results in the order of the branches', async () => {
    expect((await run(PARALLEL, { n: 2 })).output).toEqual({ sum: 9, results: [4, 5] });
  });

  test('keeps the order of the branches when the first ends last', async () => {
    const definition = only({
      Type: 'Parallel',
      Branches: [
        block({ Slow: { Type: 'Wait', Seconds: 10, Output: 'slow', End: true } }),
        block({ Fast: { Type: 'Pass', Output: 'fast', End: true } }),
      ],
    });
    const { create, start, clock, ended } = createHarness();
    const arn = await start(await create(definition));
    await settle();
    clock.advance(10_000);

    expect((await ended(arn)).output).toBe('["slow","fast"]');
  });

  test('fails with the error of the branch, by which and as States.BranchFailed it may be caught', async () => {
    expect((await run(FAILING_PARALLEL)).output).toEqual({ Error: 'Bad', Cause: 'as planned' });
  });

  test('ends the waits of the other branches when one fails', async () => {
    const { clock, create, start, ended, history } = createHarness();
    const arn = await start(await create(FAILING_PARALLEL));
    await ended(arn);
    const length = history(arn).length;
    clock.advance(7_200_000);
    await settle();

    expect(history(arn).length).toBe(length);
  });

  test('runs all branches again when it is retried', async () => {
    let failures = 0;
    const services = lambda(() => {
      if (failures++ < 1) throw named('Broken');
      return 'worked';
    });
    const definition = only({
      Type: 'Parallel',
      Branches: [block({ Work: { ...INVOKE, End: true } }), block({ Steady: { Type: 'Pass', Output: 1, End: true } })],
      Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 1, JitterStrategy: 'FULL' }],
    });
    const { output, events } = await run(definition, {}, { services, random: () => 0 });

    expect(output).toEqual(['worked', 1]);
    expect(events.filter(({ type }) => type === 'ParallelStateStarted').length).toBe(2);
    expect(events.filter(({ type }) => type === 'ParallelStateFailed').length).toBe(0);
  });

  test('inside a Parallel ends with it', async () => {
    const inner = {
      Type: 'Parallel',
      Branches: [block({ Deep: { Type: 'Wait', Seconds: 60, End: true } })],
      End: true,
    };
    const definition = only({
      Type: 'Parallel',
      Branches: [block({ Inner: inner }), block({ Bad: { Type: 'Fail', Error: 'Bad' } })],
    });
    const { execution, events } = await run(definition);

    expect(execution).toMatchObject({ status: 'FAILED', error: 'Bad' });
    expect(events.map(({ type }) => type)).toContain('ParallelStateAborted');
  });
});

describe('Map', () => {
  test('runs once for each item, with what ItemSelector makes of it', async () => {
    expect((await run(MAP, { items: [1, 5, 9] })).output).toEqual([2, 11, 20]);
  });

  test('goes through its input when it has no Items', async () => {
    const definition = only({ Type: 'Map', ItemProcessor: block({ Same: { Type: 'Pass', End: true } }) });

    expect((await run(definition, ['a', { b: 1 }, null])).output).toEqual(['a', { b: 1 }, null]);
  });

  test.each([
    [{ items: 1 }, "an unexpected result type. Expected 'array', but was 'number' for value: 1"],
    [{ items: 'abc' }, `an unexpected result type. Expected 'array', but was 'string' for value: "abc"`],
    [{ items: { a: 1 } }, `an unexpected result type. Expected 'array', but was 'object' for value: {"a":1}`],
    [{ items: null }, "an unexpected result type. Expected 'array', but was 'null' for value: null"],
    [{}, 'nothing (undefined).'],
  ])('refuses the items of %j', async (input, problem) => {
    expect((await run(MAP, input)).execution).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(`for the field 'Items' returned ${problem}`),
    });
  });

  test('refuses an input that is not a list', async () => {
    const definition = only({ Type: 'Map', ItemProcessor: block({ Same: { Type: 'Pass', End: true } }) });

    expect((await run(definition, { a: 1 })).execution).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining('Map state input must be an array but was: {"a":1}'),
    });
  });

  test('shows the item to the states inside it', async () => {
    const definition = only({
      Type: 'Map',
      ItemSelector: 'selected',
      ItemProcessor: block({
        Show: { Type: 'Pass', Output: '{% [$states.input, $states.context.Map.Item.Value] %}', End: true },
      }),
    });

    expect((await run(definition, ['a', 'b'])).output).toEqual([
      ['selected', 'a'],
      ['selected', 'b'],
    ]);
  });

  test.each([
    [1, 1],
    ['{% $states.input.limit %}', 2],
    [0, 5],
    [undefined, 5],
  ])('with MaxConcurrency %s runs %d iterations at once', async (limit, expected) => {
    let atOnce = 0;
    let most = 0;
    const services = lambda(async () => {
      most = Math.max(most, ++atOnce);
      await settle();
      atOnce--;
    });
    const definition = only({
      Type: 'Map',
      Items: '{% $range(1, 5, 1) %}',
      MaxConcurrency: limit,
      ItemProcessor: block({ Work: { ...INVOKE, Output: '{% $states.input %}', End: true } }),
    });
    const { output } = await run(definition, { limit: 2 }, { services });

    expect(output).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(expected);
  });

  test('never runs more than 40 iterations at once', async () => {
    const definition = only({
      Type: 'Map',
      Items: '{% $range(1, 60, 1) %}',
      ItemProcessor: block({ Wait: { Type: 'Wait', Seconds: 1, End: true } }),
    });
    const { create, start, history, states } = createHarness();
    const arn = await start(await create(definition));
    await settle();

    expect(history(arn).filter(({ type }) => type === 'WaitStateEntered').length).toBe(40);
    await states.stop?.();
  });

  test('fails with the error of the iteration', async () => {
    expect((await run(FAILING_MAP, [1, -2, 3])).execution).toMatchObject({ status: 'FAILED', error: 'Negative' });
  });

  const tolerant = (fields: object) => {
    const { Each, ...rest } = FAILING_MAP.States as Record<string, object>;
    return { ...FAILING_MAP, States: { Each: { ...Each, ...fields }, ...rest } };
  };

  test.each([
    [{ ToleratedFailureCount: 1 }, [1, -2, 3], [1, 3]],
    [{ ToleratedFailureCount: '{% 1 + 1 %}' }, [-1, -2, 3], [3]],
    [{ ToleratedFailurePercentage: 50 }, [1, -2], [1]],
    [{ ToleratedFailurePercentage: 100 }, [-1, -2], []],
  ])('with %j takes the failures in %j', async (fields, input, expected) => {
    expect((await run(tolerant(fields), input)).output).toEqual(expected);
  });

  test.each([
    [{ ToleratedFailureCount: 0 }, [-1]],
    [{ ToleratedFailureCount: 1 }, [-1, -2, 3]],
    [{ ToleratedFailurePercentage: 33 }, [-1, 2]],
    [{ ToleratedFailureCount: 2, ToleratedFailurePercentage: 10 }, [-1, 2, 3]],
  ])('with %j fails for %j', async (fields, input) => {
    expect((await run(tolerant(fields), input)).execution).toMatchObject({
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
  });

  test('is caught like a task', async () => {
    const definition = tolerant({ Catch: [{ ErrorEquals: ['Negative'], Next: 'Caught' }] });
    Object.assign(definition.States, { Caught: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true } });

    expect((await run(definition, [-1])).output).toBe('Negative');
  });
});

describe('variables', () => {
  const inside = (state: object) => ({
    StartAt: 'Set',
    States: {
      Set: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'Map' },
      Map: { Type: 'Map', Items: [1, 2], ItemProcessor: block({ In: { ...state, End: true } }), Next: 'After' },
      After: { Type: 'Pass', Output: { result: '{% $states.input %}', seen: '{% $exists($inner) %}' }, End: true },
    },
  });

  test('of an outer flow are read inside, those of an inner flow end with it', async () => {
    const state = { Type: 'Pass', Assign: { inner: '{% $states.input %}' }, Output: '{% $outer & $states.input %}' };

    expect((await run(inside(state))).output).toEqual({ result: ['o1', 'o2'], seen: false });
  });

  test('of an outer flow are not assigned inside', async () => {
    await expect(run(inside({ Type: 'Pass', Assign: { outer: 1 } }))).rejects.toMatchObject({
      code: 'InvalidDefinition',
      message: expect.stringContaining("The variable 'outer' belongs to an outer scope and cannot be assigned here"),
    });
  });

  test('of one branch are not those of the other', async () => {
    const branch = (name: string) =>
      block({
        [name]: { Type: 'Pass', Assign: { mine: name }, Next: `${name} shows` },
        [`${name} shows`]: { Type: 'Pass', Output: '{% $mine %}', End: true },
      });

    expect((await run(only({ Type: 'Parallel', Branches: [branch('a'), branch('b')] }))).output).toEqual(['a', 'b']);
  });
});
