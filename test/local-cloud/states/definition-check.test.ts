import { describe, expect, test } from '@jest/globals';
import { INVOKE, TASK } from './fixtures.ts';
import { createHarness, only } from './harness.ts';

const pass = { Type: 'Pass', End: true };
const catcher = { ErrorEquals: ['States.ALL'], Next: 'B' };

/** A machine whose state A leads to B. */
const withFirst = (state: object) => ({ StartAt: 'A', States: { A: state, B: pass } });

async function refusal(definition: object, type = 'STANDARD') {
  return createHarness()
    .create(definition, 'shop', type)
    .then(
      () => undefined,
      (error) => ({ code: error.code, message: error.message }),
    );
}

describe('JSONPath', () => {
  test.each([
    ['a machine without QueryLanguage', { QueryLanguage: undefined, ...only({ Type: 'Pass' }) }],
    ['a machine in JSONPath mode', { QueryLanguage: 'JSONPath', ...only({ Type: 'Pass' }) }],
    [
      'a Map with states in JSONPath mode',
      {
        QueryLanguage: 'JSONPath',
        StartAt: 'Map',
        States: {
          Map: {
            Type: 'Map',
            QueryLanguage: 'JSONata',
            End: true,
            ItemProcessor: { StartAt: 'Only', States: { Only: pass } },
          },
        },
      },
    ],
  ])('is refused in %s', async (_what, definition) => {
    expect(await refusal(definition)).toEqual({
      code: 'UNSUPPORTED_BY_LOCAL_CLOUD',
      message:
        'State machine shop, state "Only": the embedded cloud runs state machines in JSONata mode only, ' +
        'and this state is in JSONPath mode. Set "QueryLanguage": "JSONata".',
    });
  });

  test('is not meant by states that are in JSONata mode one by one', async () => {
    const definition = {
      QueryLanguage: undefined,
      ...only({ Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% 1 %}' }),
    };

    expect(await refusal(definition)).toBeUndefined();
  });

  test.each([
    ['InputPath', { Type: 'Pass', InputPath: '$.a' }],
    ['OutputPath', { Type: 'Pass', OutputPath: '$.a' }],
    ['Result', { Type: 'Pass', Result: 1 }],
    ['Parameters', { ...INVOKE, Parameters: {} }],
    ['ResultSelector', { ...INVOKE, ResultSelector: {} }],
    ['ResultPath', { ...INVOKE, ResultPath: '$' }],
    ['TimeoutSecondsPath', { ...INVOKE, TimeoutSecondsPath: '$.a' }],
    ['SecondsPath', { Type: 'Wait', Seconds: 1, SecondsPath: '$.a' }],
    ['ErrorPath', { Type: 'Fail', ErrorPath: '$.a' }],
  ])('has the field %s, which a state in JSONata mode may not have', async (field, state) => {
    expect(await refusal(only(state))).toEqual({
      code: 'InvalidDefinition',
      message: expect.stringContaining(
        `State machine shop, state "Only": the field '${field}' belongs to JSONPath; ` +
          `the state is in JSONata mode at /States/Only/${field}`,
      ),
    });
  });

  test('has choice rules with a Variable', async () => {
    const state = { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'B' }] };

    expect((await refusal(withFirst(state)))?.message).toContain("the field 'Variable' belongs to JSONPath");
  });
});

describe('what the embedded cloud does not model', () => {
  test.each([
    [
      'a distributed Map',
      { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'I', States: { I: pass } } },
      'runs a Map in the mode INLINE only, not DISTRIBUTED',
    ],
    [
      'an item reader',
      { Type: 'Map', ItemReader: {}, ItemProcessor: { StartAt: 'I', States: { I: pass } } },
      'does not model the field ItemReader (the distributed Map)',
    ],
    [
      'other credentials',
      { ...INVOKE, Credentials: {} },
      'does not model the field Credentials (calling as another role)',
    ],
    [
      'an activity',
      { Type: 'Task', Resource: 'arn:aws:states:us-east-1:000000000000:activity:a' },
      'does not model the resource arn:aws:states:us-east-1:000000000000:activity:a',
    ],
    [
      'another service',
      { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync' },
      'does not model the resource arn:aws:states:::ecs:runTask.sync',
    ],
    [
      'another pattern',
      { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.sync' },
      'does not model the resource arn:aws:states:::lambda:invoke.sync',
    ],
  ])('is refused by name: %s', async (_what, state, problem) => {
    expect(await refusal(only(state))).toEqual({
      code: 'UNSUPPORTED_BY_LOCAL_CLOUD',
      message: expect.stringContaining(`State machine shop, state "Only": the embedded cloud ${problem}`),
    });
  });
});

describe('an invalid definition', () => {
  test.each([
    [{}, 'These fields are required: [States, StartAt] at /'],
    [{ StartAt: 'A' }, 'These fields are required: [States] at /'],
    [{ ...only({ Type: 'Pass' }), Other: 1 }, "Field 'Other' is not supported at /Other"],
    [{ ...only({ Type: 'Pass' }), TimeoutSeconds: 0 }, 'Value is not a positive integer at /TimeoutSeconds'],
    [{ StartAt: 'X', States: { A: pass } }, "Missing 'StartAt' target: X at /StartAt"],
    [withFirst({ Type: 'Pass', Next: 'X' }), "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/A/Next"],
    [withFirst(pass), 'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'],
    [withFirst({ Type: 'Pass', Next: 'B', End: true }), "Exactly one of 'Next' and 'End' is required at /States/A"],
    [withFirst({ Type: 'Pass' }), "Exactly one of 'Next' and 'End' is required at /States/A"],
    [
      only({ Type: 'Nap' }),
      "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/Only/Type",
    ],
    [only({ Type: 'Task' }), 'These fields are required: [Resource] at /States/Only'],
    [only({ Type: 'Task', Resource: 'x' }), 'Value is not a valid resource ARN at /States/Only/Resource'],
    [
      only({ Type: 'Pass', Arguments: 1 }),
      `state "Only": the field 'Arguments' is not supported at /States/Only/Arguments`,
    ],
    [
      only({ Type: 'Pass', Output: { a: ['{% 1 + %}'] } }),
      "The JSONata expression '1 +' is not valid: Unexpected end of expression at /States/Only/Output/a[0]",
    ],
    [only({ Type: 'Pass', Assign: { states: 1 } }), "The variable name 'states' is reserved at /States/Only/Assign"],
    [only({ Type: 'Pass', Assign: { 'a-b': 1 } }), "'a-b' is not a valid variable name at /States/Only/Assign"],
    [only({ Type: 'Pass', Assign: [] }), 'Expected value of type Object at /States/Only/Assign'],
    [only({ Type: 'Wait' }), "Exactly one of 'Seconds' and 'Timestamp' is required at /States/Only"],
    [only({ Type: 'Choice', Choices: [] }), 'Value cannot be empty at /States/Only/Choices'],
    [
      withFirst({ Type: 'Choice', Choices: [{ Next: 'B' }] }),
      'These fields are required: [Condition] at /States/A/Choices[0]',
    ],
    [
      withFirst({ Type: 'Choice', Choices: [{ Condition: 'x', Next: 'B' }] }),
      'Value is not a JSONata expression at /States/A/Choices[0]/Condition',
    ],
    [only({ Type: 'Parallel', Branches: [] }), 'Value cannot be empty at /States/Only/Branches'],
    [
      only({ Type: 'Parallel', Branches: [{ StartAt: 'Only', States: { Only: pass } }] }),
      "DUPLICATE_STATE_NAME: The state name 'Only' is used twice at /States/Only/Branches[0]/States/Only",
    ],
    [
      only({ Type: 'Map', ItemProcessor: { States: { I: pass } } }),
      'These fields are required: [StartAt] at /States/Only/ItemProcessor',
    ],
    [
      withFirst({ ...INVOKE, End: true, Catch: [catcher, catcher] }),
      'States.ALL can only appear in the last element at /States/A/Catch[0]/ErrorEquals',
    ],
    [
      withFirst({ ...INVOKE, End: true, Catch: [{ ...catcher, ErrorEquals: ['States.ALL', 'x'] }] }),
      'States.ALL must appear alone in ErrorEquals at /States/A/Catch[0]/ErrorEquals',
    ],
    [
      withFirst({ ...INVOKE, End: true, Catch: [{ ...catcher, ErrorEquals: [] }] }),
      'Value cannot be empty at /States/A/Catch[0]/ErrorEquals',
    ],
    [
      only({ ...INVOKE, Retry: [{ ErrorEquals: ['x'], MaxAttempts: -1 }] }),
      'Value is not an integer from 0 at /States/Only/Retry[0]/MaxAttempts',
    ],
    [
      only({ ...INVOKE, Retry: [{ ErrorEquals: ['x'], IntervalSeconds: 0.5 }] }),
      'Value is not an integer from 1 at /States/Only/Retry[0]/IntervalSeconds',
    ],
    [
      only({ ...INVOKE, Retry: [{ ErrorEquals: ['x'], BackoffRate: 0.5 }] }),
      'Value is not a number from 1 at /States/Only/Retry[0]/BackoffRate',
    ],
    [
      only({ ...INVOKE, Retry: [{ ErrorEquals: ['x'], JitterStrategy: 'SOME' }] }),
      "The field 'JitterStrategy' should have one of these values: [FULL, NONE] at /States/Only/Retry[0]/JitterStrategy",
    ],
    [
      only({ Type: 'Pass', QueryLanguage: 'JSONPath' }),
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/Only",
    ],
    [only({ ...TASK, Type: 'Pass' }), "the field 'StartAt' is not supported"],
  ])('%# is refused: %j', async (definition, problem) => {
    expect(await refusal(definition)).toEqual({ code: 'InvalidDefinition', message: expect.stringContaining(problem) });
  });

  test.each(['.sync', '.waitForTaskToken'])('is an express machine with %s', async (suffix) => {
    const definition = only({
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution${suffix}`,
      Arguments: {},
    });

    expect((await refusal(definition, 'EXPRESS'))?.message).toContain(
      `Express state machine does not support '${suffix}' service integration at /States/Only/Resource`,
    );
  });

  test('is told with all that is wrong', async () => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'X', Output: '{% ( %}' } } };
    const { call } = createHarness();
    const text = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });

    expect(await call('ValidateStateMachineDefinition', { definition: text })).toEqual({
      result: 'FAIL',
      truncated: false,
      diagnostics: [
        {
          severity: 'ERROR',
          code: 'SCHEMA_VALIDATION_FAILED',
          location: '/States/A/Output',
          message: expect.stringContaining('is not valid'),
        },
        {
          severity: 'ERROR',
          code: 'MISSING_TRANSITION_TARGET',
          location: '/States/A/Next',
          message: "Missing 'Next' target: X",
        },
      ],
    });
    expect((await refusal(definition))?.message).toMatch(
      /^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: .+, MISSING_TRANSITION_TARGET: .+'$/,
    );
  });

  test('may be no JSON at all', async () => {
    const { call } = createHarness();

    expect(await call('ValidateStateMachineDefinition', { definition: 'not a definition' })).toMatchObject({
      result: 'FAIL',
      diagnostics: [{ code: 'INVALID_JSON_DESCRIPTION' }],
    });
    expect(
      await call('ValidateStateMachineDefinition', {
        definition: JSON.stringify({ QueryLanguage: 'JSONata', ...TASK }),
      }),
    ).toEqual({
      result: 'OK',
      truncated: false,
      diagnostics: [],
    });
  });
});
