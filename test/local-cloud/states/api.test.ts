import { describe, expect, test } from '@jest/globals';
import { OPERATOR } from '#lib/local-cloud/core/service.ts';
import { WAIT } from './fixtures.ts';
import { createHarness, only, ROLE, settle } from './harness.ts';

const PASS = only({ Type: 'Pass' });
const DAY_MS = 86_400_000;

describe('CreateStateMachine', () => {
  test('creates what DescribeStateMachine then answers', async () => {
    const { call, create } = createHarness();
    const stateMachineArn = await create(PASS, 'shop', 'EXPRESS', { tracingConfiguration: { enabled: true } });

    expect(stateMachineArn).toBe('arn:aws:states:us-east-1:000000000000:stateMachine:shop');
    expect(await call('DescribeStateMachine', { stateMachineArn })).toEqual({
      stateMachineArn,
      name: 'shop',
      type: 'EXPRESS',
      status: 'ACTIVE',
      definition: JSON.stringify({ QueryLanguage: 'JSONata', ...PASS }),
      roleArn: ROLE,
      creationDate: expect.any(Number),
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: true },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
  });

  test('is the same state machine when repeated, and refused for another of the same name', async () => {
    const { create } = createHarness();
    const arn = await create(PASS);

    expect(await create(PASS)).toBe(arn);
    await expect(create(WAIT)).rejects.toMatchObject({
      code: 'StateMachineAlreadyExists',
      message: `State Machine Already Exists: '${arn}'`,
    });
  });

  test.each(['a b', 'a/b', 'a:b', 'a*', '', 'x'.repeat(81), 'a\u0007'])('refuses the name %j', async (name) => {
    await expect(createHarness().create(PASS, name)).rejects.toMatchObject({
      code: 'InvalidName',
      message: `Invalid Name: '${name}'`,
    });
  });
});

describe('UpdateStateMachine', () => {
  test('leaves running executions with the definition they began with', async () => {
    const { call, create, start, clock, ended } = createHarness();
    const definition = {
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 60, Next: 'Say' }, Say: { Type: 'Pass', Output: 'old', End: true } },
    };
    const stateMachineArn = await create(definition);
    const old = await start(stateMachineArn);
    await settle();
    const text = JSON.stringify({ QueryLanguage: 'JSONata', ...only({ Type: 'Pass', Output: 'new' }) });
    const { revisionId } = await call('UpdateStateMachine', { stateMachineArn, definition: text });
    const young = await start(stateMachineArn);
    clock.advance(60_000);

    expect((await ended(old)).output).toBe('"old"');
    expect((await ended(young)).output).toBe('"new"');
    expect((await call('DescribeStateMachine', { stateMachineArn })).revisionId).toBe(revisionId);
    expect((await call('DescribeStateMachineForExecution', { executionArn: old })).definition).toContain('Wait');
  });
});

describe('the list of state machines', () => {
  test('has pages, and lacks what was deleted', async () => {
    const { call, create } = createHarness();
    for (const name of ['a', 'b', 'c']) await create(PASS, name);
    const first = await call('ListStateMachines', { maxResults: 2 });
    const second = await call('ListStateMachines', { maxResults: 2, nextToken: first.nextToken });
    await call('DeleteStateMachine', { stateMachineArn: first.stateMachines[0].stateMachineArn });

    const names = (answer: { stateMachines: { name: string }[] }) => answer.stateMachines.map(({ name }) => name);
    expect([names(first), names(second), second.nextToken]).toEqual([['a', 'b'], ['c'], undefined]);
    expect(names(await call('ListStateMachines', {}))).toEqual(['b', 'c']);
    expect(await call('DeleteStateMachine', { stateMachineArn: first.stateMachines[0].stateMachineArn })).toEqual({});
  });

  test('knows tags', async () => {
    const { call, create } = createHarness();
    const resourceArn = await create(PASS, 'shop', 'STANDARD', { tags: [{ key: 'a', value: '1' }] });
    await call('TagResource', { resourceArn, tags: [{ key: 'b', value: '2' }] });
    await call('UntagResource', { resourceArn, tagKeys: ['a'] });

    expect(await call('ListTagsForResource', { resourceArn })).toEqual({ tags: [{ key: 'b', value: '2' }] });
  });
});

describe('StartExecution of a standard machine', () => {
  test('answers before the first state is entered', async () => {
    const { create, states, history } = createHarness();
    const input = { stateMachineArn: await create(PASS), name: 'order-1' };
    const { executionArn } = states.operations.StartExecution?.run(input, { caller: OPERATOR }) ?? {};

    expect(executionArn).toBe('arn:aws:states:us-east-1:000000000000:execution:machine:order-1');
    expect(history(executionArn).map(({ type }) => type)).toEqual(['ExecutionStarted']);
  });

  test('is the same execution for the same name and input while it runs', async () => {
    const { create, start, states } = createHarness();
    const machine = await create(WAIT);
    const arn = await start(machine, { seconds: 60 }, 'one');

    expect(await start(machine, { seconds: 60 }, 'one')).toBe(arn);
    expect(states.executions().length).toBe(1);
    await expect(start(machine, { seconds: 61 }, 'one')).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${arn}'`,
    });
  });

  test('keeps the name of an execution that has ended for 90 days', async () => {
    const { create, start, ended, clock } = createHarness();
    const machine = await create(PASS);
    await ended(await start(machine, {}, 'one'));
    clock.advance(89 * DAY_MS);
    await expect(start(machine, {}, 'one')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    clock.advance(2 * DAY_MS);

    expect((await ended(await start(machine, {}, 'one'))).status).toBe('SUCCEEDED');
  });

  test.each([
    ['no JSON', { input: '{not' }, 'InvalidExecutionInput'],
    ['an empty input', { input: '' }, 'InvalidExecutionInput'],
    ['an input that is too large', { input: JSON.stringify('x'.repeat(262_143)) }, 'ValidationException'],
    ['a bad name', { name: 'a b' }, 'InvalidName'],
    ['no ARN', { stateMachineArn: 'shop' }, 'InvalidArn'],
    [
      'an unknown machine',
      { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:x' },
      'StateMachineDoesNotExist',
    ],
    [
      'the ARN of an execution',
      { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:execution:x:y' },
      'InvalidArn',
    ],
  ])('refuses %s', async (_what, input, code) => {
    const { call, create } = createHarness();
    const stateMachineArn = await create(PASS);

    await expect(call('StartExecution', { stateMachineArn, ...input })).rejects.toMatchObject({ code });
  });

  test('keeps the text of the input', async () => {
    const { call, create, ended } = createHarness();
    const { executionArn } = await call('StartExecution', { stateMachineArn: await create(PASS), input: '[1,  2]' });

    expect(await ended(executionArn)).toMatchObject({ input: '[1,  2]', output: '[1,  2]' });
  });
});

describe('DescribeExecution', () => {
  test('tells how a standard execution ended', async () => {
    const { call, create, start, ended } = createHarness();
    const stateMachineArn = await create(PASS);
    const executionArn = await start(stateMachineArn, { a: 1 }, 'one');
    expect(await call('DescribeExecution', { executionArn })).toMatchObject({
      status: 'RUNNING',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
    await ended(executionArn);

    expect(await call('DescribeExecution', { executionArn })).toEqual({
      executionArn,
      stateMachineArn,
      name: 'one',
      status: 'SUCCEEDED',
      startDate: expect.any(Number),
      stopDate: expect.any(Number),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  test.each([
    ['nonsense', 'InvalidArn', "Invalid Arn: 'Invalid ARN prefix: nonsense'"],
    ['arn:aws:states:us-east-1:000000000000:execution:x:y', 'ExecutionDoesNotExist', 'Execution Does Not Exist: '],
    [
      'arn:aws:states:us-east-1:000000000000:express:x:y:z',
      'InvalidArn',
      "Invalid Arn: 'Resource type not valid in this context: express'",
    ],
  ])('refuses %s', async (executionArn, code, message) => {
    const { call } = createHarness();

    for (const action of [
      'DescribeExecution',
      'GetExecutionHistory',
      'StopExecution',
      'DescribeStateMachineForExecution',
    ]) {
      await expect(call(action, { executionArn })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    }
  });
});

describe('StopExecution', () => {
  test('aborts what runs, and leaves what has ended', async () => {
    const { call, create, start, ended, clock } = createHarness();
    const executionArn = await start(await create(WAIT), { seconds: 60 });
    await settle();
    const { stopDate } = await call('StopExecution', { executionArn, error: 'Enough', cause: 'by hand' });
    clock.advance(10_000);

    expect(await call('StopExecution', { executionArn })).toEqual({ stopDate });
    expect(await ended(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'by hand', stopDate });
  });
});

describe('ListExecutions', () => {
  test('has the youngest first, by status and in pages', async () => {
    const { call, create, start, ended } = createHarness();
    const stateMachineArn = await create(WAIT);
    for (const name of ['a', 'b', 'c']) await ended(await start(stateMachineArn, { seconds: 0 }, name));
    await start(stateMachineArn, { seconds: 60 }, 'd');
    const names = async (input: object) => {
      const answer = await call('ListExecutions', { stateMachineArn, ...input });
      return {
        names: answer.executions.map(({ name }: { name: string }) => name).join(''),
        nextToken: answer.nextToken,
      };
    };

    expect((await names({})).names).toBe('dcba');
    expect((await names({ statusFilter: 'RUNNING' })).names).toBe('d');
    expect((await names({ statusFilter: 'SUCCEEDED' })).names).toBe('cba');
    const first = await names({ maxResults: 3 });
    expect([first.names, (await names({ maxResults: 3, nextToken: first.nextToken })).names]).toEqual(['dcb', 'a']);
    await expect(names({ maxResults: 1001 })).rejects.toMatchObject({
      message:
        "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    });
  });
});

describe('GetExecutionHistory', () => {
  test('has pages, both orders, and may leave the data out', async () => {
    const { call, create, start, ended } = createHarness();
    const executionArn = await start(await create(PASS), { secret: 1 });
    await ended(executionArn);
    const ids = async (input: object) => {
      const answer = await call('GetExecutionHistory', { executionArn, ...input });
      return { ids: answer.events.map(({ id }: { id: number }) => id), nextToken: answer.nextToken };
    };

    expect((await ids({})).ids).toEqual([1, 2, 3, 4]);
    expect((await ids({ reverseOrder: true })).ids).toEqual([4, 3, 2, 1]);
    const first = await ids({ maxResults: 3, reverseOrder: true });
    expect((await ids({ maxResults: 3, reverseOrder: true, nextToken: first.nextToken })).ids).toEqual([1]);
    const { events } = await call('GetExecutionHistory', { executionArn, includeExecutionData: false });
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(events[1].stateEnteredEventDetails).toEqual({ name: 'Only' });
  });
});

describe('an express machine', () => {
  test('is answered with the result by StartSyncExecution', async () => {
    const { call, create } = createHarness();
    const stateMachineArn = await create(only({ Type: 'Pass', Output: '{% $states.input.a %}' }), 'fast', 'EXPRESS');

    expect(await call('StartSyncExecution', { stateMachineArn, name: 'one', input: '{"a":1}' })).toEqual({
      executionArn: expect.stringMatching(/^arn:aws:states:us-east-1:000000000000:express:fast:one:[\w-]{36}$/),
      stateMachineArn,
      name: 'one',
      status: 'SUCCEEDED',
      startDate: expect.any(Number),
      stopDate: expect.any(Number),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '1',
      outputDetails: { included: true },
      billingDetails: { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 },
    });
  });

  test('answers a failure, too', async () => {
    const { call, create } = createHarness();
    const stateMachineArn = await create(only({ Type: 'Fail', Error: 'Bad' }), 'fast', 'EXPRESS');

    expect(await call('StartSyncExecution', { stateMachineArn })).toMatchObject({
      status: 'FAILED',
      error: 'Bad',
      input: '{}',
    });
  });

  test('may run twice under one name', async () => {
    const { create, start, states } = createHarness();
    const machine = await create(PASS, 'fast', 'EXPRESS');
    await start(machine, {}, 'one');
    await start(machine, {}, 'one');

    expect(states.executions().length).toBe(2);
  });

  test('is not listed by the API, but remembered for us', async () => {
    const { call, create, start, ended, states } = createHarness();
    const stateMachineArn = await create(PASS, 'fast', 'EXPRESS');
    const arn = await start(stateMachineArn, {});
    await ended(arn);

    await expect(call('ListExecutions', { stateMachineArn })).rejects.toMatchObject({
      code: 'StateMachineTypeNotSupported',
      message: 'This operation is not supported by this type of state machine',
    });
    expect(states.history(arn).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('is the only one that StartSyncExecution takes', async () => {
    const { call, create } = createHarness();

    await expect(call('StartSyncExecution', { stateMachineArn: await create(PASS) })).rejects.toMatchObject({
      code: 'StateMachineTypeNotSupported',
    });
  });
});

describe('ended executions', () => {
  test('are remembered up to a number, those of each type by themselves', async () => {
    const { create, start, ended, states } = createHarness({ remembered: 2 });
    const standard = await create(PASS, 'slow');
    const express = await create(PASS, 'fast', 'EXPRESS');
    await ended(await start(standard, {}, 'kept'));
    for (const name of ['a', 'b', 'c']) await ended(await start(express, {}, name));
    await settle();

    expect(states.executions().map(({ name }) => name)).toEqual(['c', 'b', 'kept']);
  });
});

describe('stop', () => {
  test('ends all executions and leaves no timer', async () => {
    const { create, start, states, clock, history } = createHarness();
    const arn = await start(await create({ ...WAIT, TimeoutSeconds: 100 }), { seconds: 60 });
    await settle();
    await states.stop?.();
    clock.advance(200_000);

    expect(history(arn).length).toBe(2);
    expect(states.executions()[0]?.status).toBe('RUNNING');
  });
});
