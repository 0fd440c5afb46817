import { describe, expect, test } from '@jest/globals';
import { CHOICE, WAIT, WAIT_UNTIL } from './fixtures.ts';
import { createHarness, only, run, settle } from './harness.ts';

describe('Pass', () => {
  test('passes its input on', async () => {
    expect((await run(only({ Type: 'Pass' }), [1, 'a'])).output).toEqual([1, 'a']);
  });

  test('evaluates Output and Assign against the values from before', async () => {
    const definition = {
      StartAt: 'One',
      States: {
        One: { Type: 'Pass', Assign: { a: 1, b: 2 }, Next: 'Two' },
        Two: {
          Type: 'Pass',
          Assign: { a: '{% $b %}', b: '{% $a %}' },
          Output: { a: '{% $a %}', b: '{% $b %}' },
          Next: 'Three',
        },
        Three: { Type: 'Pass', Output: { before: '{% $states.input %}', a: '{% $a %}', b: '{% $b %}' }, End: true },
      },
    };

    expect((await run(definition)).output).toEqual({ before: { a: 1, b: 2 }, a: 2, b: 1 });
  });
});

describe('Succeed', () => {
  test('ends the execution with its Output', async () => {
    expect((await run(only({ Type: 'Succeed', Output: '{% $states.input.a %}' }), { a: 'b' })).output).toBe('b');
  });
});

describe('Fail', () => {
  test.each([
    [
      { Error: 'Bad', Cause: 'so it is' },
      { error: 'Bad', cause: 'so it is' },
    ],
    [
      { Error: "{% 'Bad' & $states.input.n %}", Cause: '{% $string($states.input) %}' },
      { error: 'Bad1', cause: '{"n":1}' },
    ],
    [{ Error: 'Bad' }, { error: 'Bad', cause: undefined }],
    [{}, { error: undefined, cause: undefined }],
    [
      { Error: '{% 1 %}' },
      {
        error: 'States.QueryEvaluationError',
        cause: expect.stringContaining("Expected 'string', but was 'number' for value: 1"),
      },
    ],
  ])('%j ends the execution as failed', async (fields, expected) => {
    const { execution } = await run(only({ Type: 'Fail', ...fields }), { n: 1 });

    expect(execution.status).toBe('FAILED');
    expect({ error: execution.error, cause: execution.cause }).toEqual(expected);
  });
});

describe('Choice', () => {
  test.each([
    [{ n: 11 }, { size: 'large', input: { n: 11 } }],
    [{ n: 6 }, { size: 'medium', input: { replaced: true } }],
    [{ n: 1 }, { size: 'small', input: { n: 1 } }],
  ])('takes the first rule that is true for %j, with its own Output and Assign', async (input, expected) => {
    expect((await run(CHOICE, input)).output).toEqual(expected);
  });

  const withoutDefault = (condition: unknown) => ({
    StartAt: 'Choose',
    States: {
      Choose: { Type: 'Choice', Choices: [{ Condition: condition, Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    },
  });

  test.each([
    ['{% false %}', 'States.NoChoiceMatched', 'None of the choice rules matched'],
    ["{% 'yes' %}", 'States.QueryEvaluationError', `Expected 'boolean', but was 'string' for value: "yes"`],
    [
      '{% $nothing %}',
      'States.QueryEvaluationError',
      "for the field 'Choices[0]/Condition' returned nothing (undefined).",
    ],
  ])('with the one condition %s fails with %s', async (condition, error, cause) => {
    const { execution } = await run(withoutDefault(condition));

    expect(execution).toMatchObject({ error, cause: expect.stringContaining(cause) });
  });
});

describe('Wait', () => {
  test('waits on the clock of the cloud', async () => {
    const { clock, create, start, ended, describe: status } = createHarness();
    const arn = await start(await create(WAIT), { seconds: 3600 });
    await settle();
    clock.advance(3_598_000);
    await settle();
    expect(status(arn).status).toBe('RUNNING');

    clock.advance(2_000);

    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '{"seconds":3600}' });
  });

  test('waits until a time', async () => {
    const { clock, create, start, ended, describe: status } = createHarness();
    const until = new Date(clock.now() + 60_000).toISOString();
    const arn = await start(await create(WAIT_UNTIL), { until });
    await settle();
    expect(status(arn).status).toBe('RUNNING');

    clock.advance(60_000);

    expect((await ended(arn)).status).toBe('SUCCEEDED');
  });

  test.each([
    [WAIT, { seconds: 0 }],
    [WAIT_UNTIL, { until: '2016-03-14T01:59:00Z' }],
    [WAIT_UNTIL, { until: '2016-03-14T01:59:00.123+02:00' }],
  ])('%# does not wait for what is past', async (definition, input) => {
    expect((await run(definition, input)).execution.status).toBe('SUCCEEDED');
  });

  test.each([
    [WAIT, { seconds: -1 }, 'States.QueryEvaluationError', 'must be a whole number from 0, but was -1'],
    [WAIT, { seconds: 1.5 }, 'States.QueryEvaluationError', 'must be a whole number from 0, but was 1.5'],
    [WAIT, { seconds: '1' }, 'States.QueryEvaluationError', "Expected 'number', but was 'string'"],
    [WAIT, { seconds: 100_000_000 }, 'States.Runtime', 'Wait state delay is too long.'],
    [WAIT_UNTIL, { until: '2016-13-05T21:29:29Z' }, 'States.QueryEvaluationError', 'cannot be parsed as an ISO-8601'],
    [WAIT_UNTIL, { until: '2016-12-05T21:29:29' }, 'States.QueryEvaluationError', 'string: 2016-12-05T21:29:29'],
    [WAIT_UNTIL, { until: '2016-12-05 21:29:29Z' }, 'States.QueryEvaluationError', 'cannot be parsed as an ISO-8601'],
  ])('%# refuses %j', async (definition, input, error, cause) => {
    expect((await run(definition, input)).execution).toMatchObject({ error, cause: expect.stringContaining(cause) });
  });
});

describe('a loop of states', () => {
  test('lets the rest of the process have its turn', async () => {
    const { create, start, call, ended } = createHarness();
    const endless = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    const arn = await start(await create(endless));
    await settle();

    await call('StopExecution', { executionArn: arn });

    expect((await ended(arn)).status).toBe('ABORTED');
  });

  test('ends a standard execution at 25,000 events', async () => {
    const endless = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    const { execution, events } = await run(endless);

    expect(events.length).toBe(25_000);
    expect(execution).toMatchObject({
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
  });
});
