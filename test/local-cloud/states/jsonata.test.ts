import { describe, expect, test } from '@jest/globals';
import { createHarness, only, ROLE, run, settle } from './harness.ts';

const evaluate = (output: unknown, input: unknown = {}) => run(only({ Type: 'Pass', Output: output }), input);

describe('a template', () => {
  test.each([
    ['a literal', 'text', 'text'],
    ['a number', 0, 0],
    ['null', null, null],
    ['false', false, false],
    ['an empty list', [], []],
    ['text that only looks like an expression', ' {% 1 %}', ' {% 1 %}'],
    ['text with an open delimiter', '{% 1', '{% 1'],
    ['an expression', '{% $states.input.a %}', 1],
    ['an expression without blanks', '{%$states.input.a%}', 1],
    ['expressions deep inside', { a: [{ b: '{% $states.input.a + 1 %}' }, 'c'] }, { a: [{ b: 2 }, 'c'] }],
    ['an expression that is null', '{% null %}', null],
    ['an expression over several lines', '{% (\n $x := 2;\n $x * 3\n) %}', 6],
    ['a list of one, kept a list', '{% $states.input.one %}', ['only']],
    ['a list built from a list of one', '{% [$states.input.one.($)] %}', ['only']],
    ['an object made by an expression', "{% {'k': $states.input.a} %}", { k: 1 }],
    ['an object that leaves out what is undefined', "{% {'k': $states.input.nothing, 'a': 1} %}", { a: 1 }],
    ['a regular expression', "{% $contains('abc', /B/i) %}", true],
  ])('may be %s', async (_what, template, expected) => {
    const { output } = await evaluate(template, { a: 1, one: ['only'] });

    expect(output).toEqual(expected);
  });

  test.each([
    ['$nothing', 'returned nothing (undefined).'],
    ['$states.input.nothing', 'returned nothing (undefined).'],
    ['$', 'returned nothing (undefined).'],
    ['a', 'returned nothing (undefined).'],
    ['$states.result', 'returned nothing (undefined).'],
    ['$states.errorOutput', 'returned nothing (undefined).'],
    ['function($x){$x}', 'returned an unsupported result type.'],
    ['$uppercase', 'returned an unsupported result type.'],
    ["$eval('1')", 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ["1 + 'a'", 'threw an error during evaluation. T2002:'],
    ["$parse('{')", 'threw an error during evaluation. '],
    ["$error('no')", 'threw an error during evaluation. D3137: no'],
  ])('with {%% %s %%} fails: it %s', async (source, problem) => {
    const { execution } = await evaluate({ a: `{% ${source} %}` });

    expect(execution.status).toBe('FAILED');
    expect(execution.error).toBe('States.QueryEvaluationError');
    expect(execution.cause).toContain(
      "An error occurred while executing the state 'Only' (entered at the event id #2). " +
        `The JSONata expression '${source}' specified for the field 'Output/a' ${problem}`,
    );
  });
});

describe('the functions of Step Functions', () => {
  test.each([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1,2], 4)', [[1, 2]]],
    ['$range(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['$range(0, 10, 3)', [0, 3, 6, 9]],
    ['$range(5, 1, -2)', [5, 3, 1]],
    ["$hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ["$hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ["$hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ["$length($hash('abc', 'SHA-384'))", 96],
    ["$length($hash('abc', 'SHA-512'))", 128],
    ['$random(42) = $random(42)', true],
    ['$random(1) = $random(2)', false],
    ['$random(7) >= 0 and $random(7) < 1', true],
    ['$random()', 0.25],
    ['$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/).index', 0],
    ['$uuid() = $uuid()', false],
    [`$parse('{"a":[1,{"b":null}]}')`, { a: [1, { b: null }] }],
    ["$parse('false')", false],
  ])('%s is %j', async (source, expected) => {
    const { output } = await run(only({ Type: 'Pass', Output: `{% ${source} %}` }), {}, { random: () => 0.25 });

    expect(output).toEqual(expected);
  });

  test.each([
    ["$hash('abc', 'CRC')", '$hash does not know the algorithm CRC.'],
    ['$partition([1], 0)', 'The chunk size of $partition must be at least 1.'],
    ['$range(1, 2, 0)', 'The step of $range must not be 0.'],
    ['$range(0, 1000000, 1)', '$range would have 1000001 elements.'],
  ])('%s is an error', async (source, problem) => {
    const { execution } = await evaluate(`{% ${source} %}`);

    expect(execution).toMatchObject({ error: 'States.QueryEvaluationError', cause: expect.stringContaining(problem) });
  });

  test('$now and $millis follow the clock of the cloud', async () => {
    const definition = {
      StartAt: 'Wait',
      States: {
        Wait: { Type: 'Wait', Seconds: 86_400, Assign: { before: '{% $millis() %}' }, Next: 'Ask' },
        Ask: {
          Type: 'Pass',
          Output: { millis: '{% $millis() %}', now: '{% $now() %}', day: "{% $now('[Y]') %}" },
          End: true,
        },
      },
    };
    const harness = createHarness();
    const arn = await harness.start(await harness.create(definition));
    await settle();
    const before = harness.clock.now();
    harness.clock.advance(86_400_000);

    const output = JSON.parse((await harness.ended(arn)).output);

    expect(output.millis).toBeGreaterThanOrEqual(before + 86_400_000 - 1000);
    expect(Math.abs(Date.parse(output.now) - output.millis)).toBeLessThan(1000);
    expect(output.day).toBe(output.now.slice(0, 4));
  });
});

describe('$states.context', () => {
  test('says which execution of which state machine is in which state', async () => {
    const { output, execution } = await evaluate('{% $states.context %}', { n: 1 });

    expect(output).toEqual({
      Execution: {
        Id: execution.executionArn,
        Input: { n: 1 },
        Name: execution.name,
        RoleArn: ROLE,
        StartTime: new Date(execution.startDate * 1000).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: execution.stateMachineArn, Name: 'machine' },
      State: { Name: 'Only', EnteredTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) },
    });
  });
});
