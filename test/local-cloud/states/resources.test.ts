import { describe, expect, test } from '@jest/globals';
import { WAIT } from './fixtures.ts';
import { createHarness, type Loose, only, ROLE, settle } from './harness.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
const OUTPUT = '${Greeting} ${Unknown}';
const DEFINITION = { QueryLanguage: 'JSONata', ...only({ Type: 'Pass', Output: OUTPUT }) };

function stack(options = {}) {
  const harness = createHarness(options);
  const create = async (type: string, properties: object): Promise<Loose> => {
    const resourceType = harness.states.resourceTypes.find(
      (candidate) => candidate.type === `AWS::StepFunctions::${type}`,
    );
    return resourceType?.create({
      stackName: 'shop',
      logicalId: 'Saga',
      type,
      properties,
      metadata: {},
      generatedName: () => 'shop-Saga-ABC',
    });
  };
  return { ...harness, create };
}

describe('AWS::StepFunctions::StateMachine', () => {
  test.each([
    ['DefinitionString', { DefinitionString: JSON.stringify(DEFINITION) }],
    ['Definition', { Definition: DEFINITION }],
  ])('comes to life from its %s', async (_field, definition) => {
    const { create, start, ended, call } = stack();
    const { ref, attributes } = await create('StateMachine', {
      ...definition,
      DefinitionSubstitutions: { Greeting: 'hello' },
      RoleArn: ROLE,
      StateMachineType: 'EXPRESS',
      TracingConfiguration: { Enabled: true },
      Tags: [{ Key: 'team', Value: 'orders' }],
    });

    expect(ref).toBe('arn:aws:states:us-east-1:000000000000:stateMachine:shop-Saga-ABC');
    expect(attributes).toEqual({ Arn: ref, Name: 'shop-Saga-ABC', StateMachineRevisionId: 'INITIAL' });
    expect((await ended(await start(ref))).output).toBe(JSON.stringify(OUTPUT.replace(/^\S+/, 'hello')));
    expect(await call('DescribeStateMachine', { stateMachineArn: ref })).toMatchObject({
      tracingConfiguration: { enabled: true },
    });
    expect(await call('ListTagsForResource', { resourceArn: ref })).toEqual({
      tags: [{ key: 'team', value: 'orders' }],
    });
  });

  test('needs a definition', async () => {
    await expect(stack().create('StateMachine', { RoleArn: ROLE })).rejects.toThrow(
      'Saga: a state machine needs DefinitionString or Definition.',
    );
  });
});

describe('versions and aliases', () => {
  test('are started by their ARNs', async () => {
    const { create, start, ended, call } = stack({ random: () => 0.5 });
    const machine = await create('StateMachine', { Definition: DEFINITION, RoleArn: ROLE });
    const one = await create('StateMachineVersion', { StateMachineArn: machine.ref });
    const text = JSON.stringify({ QueryLanguage: 'JSONata', ...only({ Type: 'Pass', Output: 'second' }) });
    await call('UpdateStateMachine', { stateMachineArn: machine.ref, definition: text });
    const two = await create('StateMachineVersion', { StateMachineArn: machine.ref });
    const alias = await create('StateMachineAlias', {
      Name: 'live',
      RoutingConfiguration: [
        { StateMachineVersionArn: one.ref, Weight: 40 },
        { StateMachineVersionArn: two.ref, Weight: 60 },
      ],
    });

    expect([one.ref, two.ref, alias.ref]).toEqual([`${machine.ref}:1`, `${machine.ref}:2`, `${machine.ref}:live`]);
    expect((await ended(await start(one.ref))).stateMachineVersionArn).toBe(one.ref);
    expect(await ended(await start(alias.ref))).toMatchObject({
      output: '"second"',
      stateMachineVersionArn: two.ref,
      stateMachineAliasArn: alias.ref,
    });
  });

  test('stay the same when the same revision is published again', async () => {
    const { create } = stack();
    const machine = await create('StateMachine', { Definition: DEFINITION, RoleArn: ROLE });
    const { ref } = await create('StateMachineVersion', { StateMachineArn: machine.ref });

    expect((await create('StateMachineVersion', { StateMachineArn: machine.ref })).ref).toBe(ref);
  });
});

describe('logs', () => {
  const logged = async (level: string, IncludeExecutionData: boolean, state: object) => {
    const writes: { group: string; stream: string; events: { timestamp: number; message: string }[] }[] = [];
    const logs = {
      write: (group: string, stream: string, events: Loose) => void writes.push({ group, stream, events }),
    };
    const { create, start, ended } = stack({ logs });
    const { ref } = await create('StateMachine', {
      Definition: { QueryLanguage: 'JSONata', ...only(state) },
      RoleArn: ROLE,
      StateMachineType: 'EXPRESS',
      LoggingConfiguration: {
        Level: level,
        IncludeExecutionData,
        Destinations: [
          {
            CloudWatchLogsLogGroup: {
              LogGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/saga:*',
            },
          },
        ],
      },
    });
    const arn = await start(ref, { secret: 1 });
    await ended(arn);
    return { arn, writes, lines: writes.flatMap(({ events }) => events.map(({ message }) => JSON.parse(message))) };
  };

  test('get every event at the level ALL', async () => {
    const { arn, writes, lines } = await logged('ALL', true, { Type: 'Pass' });

    expect(writes.every(({ group }) => group === '/aws/vendedlogs/saga')).toBe(true);
    expect(writes[0]?.stream).toMatch(/^states\/shop-Saga-ABC\/\d{4}-\d\d-\d\d-\d\d-\d\d\/[0-9a-f]{8}$/);
    expect(lines.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(lines[1]).toEqual({
      id: '2',
      type: 'PassStateEntered',
      details: { name: 'Only', input: '{"secret":1}', inputDetails: { truncated: false } },
      previous_event_id: '0',
      event_timestamp: expect.stringMatching(/^\d{13}$/),
      execution_arn: arn,
      redrive_count: '0',
    });
  });

  test('get no data unless it is asked for', async () => {
    const { lines } = await logged('ALL', false, { Type: 'Pass' });

    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(lines[0].details).toEqual({ roleArn: ROLE });
  });

  test.each([
    ['ERROR', { Type: 'Fail', Error: 'Bad' }, ['FailStateEntered', 'ExecutionFailed']],
    ['ERROR', { Type: 'Pass', Output: '{% $nothing %}' }, ['EvaluationFailed', 'ExecutionFailed']],
    ['ERROR', { Type: 'Pass' }, []],
    ['FATAL', { Type: 'Fail', Error: 'Bad' }, ['ExecutionFailed']],
    ['OFF', { Type: 'Fail', Error: 'Bad' }, []],
  ])('at the level %s get of %j: %j', async (level, state, types) => {
    const { lines } = await logged(level, false, state);

    expect(lines.map(({ type }) => type)).toEqual(types);
  });

  test('are handed over before a wait', async () => {
    const types: string[] = [];
    const write = (_group: string, _stream: string, events: { message: string }[]) => {
      types.push(...events.map(({ message }) => JSON.parse(message).type));
    };
    const { create, start } = stack({ logs: { write } });
    const { ref } = await create('StateMachine', {
      Definition: { QueryLanguage: 'JSONata', ...WAIT },
      RoleArn: ROLE,
      LoggingConfiguration: {
        Level: 'ALL',
        Destinations: [
          { CloudWatchLogsLogGroup: { LogGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:saga' } },
        ],
      },
    });
    await start(ref, { seconds: 60 });
    await settle();

    expect(types).toEqual(['ExecutionStarted', 'WaitStateEntered']);
  });
});

describe('metrics', () => {
  test.each([
    ['SUCCEEDED', { Type: 'Pass' }, 'ExecutionsSucceeded'],
    ['FAILED', { Type: 'Fail' }, 'ExecutionsFailed'],
  ])('count an execution that ends as %s', async (_status, state, name) => {
    const metrics: unknown[][] = [];
    const { create, start, ended } = stack({ onMetric: (...metric: unknown[]) => void metrics.push(metric) });
    const { ref } = await create('StateMachine', {
      Definition: { QueryLanguage: 'JSONata', ...only(state) },
      RoleArn: ROLE,
    });
    await ended(await start(ref));
    await settle();

    const dimensions = { StateMachineArn: ref };
    expect(metrics).toEqual([
      ['AWS/States', 'ExecutionsStarted', dimensions, 1, 'Count'],
      ['AWS/States', name, dimensions, 1, 'Count'],
      ['AWS/States', 'ExecutionTime', dimensions, expect.any(Number), 'Milliseconds'],
    ]);
  });

  test('count those that were stopped and that took too long', async () => {
    const metrics: string[] = [];
    const { create, start, call, clock } = stack({
      onMetric: (_namespace: string, name: string) => void metrics.push(name),
    });
    const definition = { QueryLanguage: 'JSONata', ...WAIT, TimeoutSeconds: 10 };
    const { ref } = await create('StateMachine', { Definition: definition, RoleArn: ROLE });
    const executionArn = await start(ref, { seconds: 60 });
    await start(ref, { seconds: 60 });
    await settle();
    await call('StopExecution', { executionArn });
    clock.advance(10_000);
    await settle();

    expect(metrics.filter((name) => name !== 'ExecutionTime')).toEqual([
      'ExecutionsStarted',
      'ExecutionsStarted',
      'ExecutionsAborted',
      'ExecutionsTimedOut',
    ]);
  });
});
