import { describe, expect, test } from '@jest/globals';
import { INVOKE, SYNC, TOKEN, WAIT } from './fixtures.ts';
import { createHarness, type Harness, type Loose, lambda, only, settle, shape } from './harness.ts';

const never = () => new Promise(() => {});

/** Starts a machine and lets it come to its first wait. */
async function begin(harness: Harness, definition: object, input: unknown = {}, type = 'STANDARD'): Promise<string> {
  const arn = await harness.start(await harness.create(definition, `machine-${type}`, type), input);
  await settle();
  return arn;
}

describe('TimeoutSeconds of a task', () => {
  test.each([
    ['a number', 5],
    ['an expression', '{% $states.input.limit %}'],
  ])('ends the task when it is %s', async (_what, TimeoutSeconds) => {
    const harness = createHarness({ services: lambda(never) });
    const arn = await begin(harness, only({ ...INVOKE, TimeoutSeconds }), { limit: 5 });
    harness.clock.advance(4_900);
    await settle();
    expect(harness.describe(arn).status).toBe('RUNNING');
    harness.clock.advance(100);

    expect(await harness.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(shape(harness.history(arn)).slice(2)).toEqual([
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskTimedOut',
      '6<-5 ExecutionFailed',
    ]);
    expect(harness.history(arn)[2]?.taskScheduledEventDetails).toMatchObject({ timeoutInSeconds: 5 });
    expect(harness.history(arn)[4]?.taskTimedOutEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      error: 'States.Timeout',
    });
  });

  test('begins anew at each attempt, and an answer that comes too late counts for nothing', async () => {
    const answers: ((value: unknown) => void)[] = [];
    const harness = createHarness({ services: lambda(() => new Promise((resolve) => answers.push(resolve))) });
    const retry = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const arn = await begin(harness, only({ ...INVOKE, TimeoutSeconds: 5, Retry: retry }));
    harness.clock.advance(5_000);
    await settle();
    answers[0]?.('late');
    harness.clock.advance(1_000);
    await settle();
    answers[1]?.('in time');

    expect((await harness.ended(arn)).output).toBe('"in time"');
  });

  test.each([
    ['{% 0 %}', 'must be a whole number from 1, but was 0'],
    ["{% '5' %}", "Expected 'number', but was 'string'"],
  ])('refuses %s', async (TimeoutSeconds, cause) => {
    const harness = createHarness();
    const arn = await begin(harness, only({ ...INVOKE, TimeoutSeconds }));

    expect(harness.describe(arn)).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(cause),
    });
  });
});

describe('TimeoutSeconds of a state machine', () => {
  test('ends the execution as timed out', async () => {
    const harness = createHarness();
    const arn = await begin(harness, { ...WAIT, TimeoutSeconds: 60 }, { seconds: 3600 });
    harness.clock.advance(60_000);

    expect(await harness.ended(arn)).toMatchObject({ status: 'TIMED_OUT', stopDate: expect.any(Number) });
    expect(shape(harness.history(arn))).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 WaitStateEntered',
      '3<-0 ExecutionTimedOut',
    ]);
  });

  test.each([
    [undefined, 300],
    [60, 60],
    [600, 300],
  ])('of an express machine is five minutes at most: %s is %d s', async (TimeoutSeconds, seconds) => {
    const harness = createHarness();
    const arn = await begin(harness, { ...WAIT, TimeoutSeconds }, { seconds: 3600 }, 'EXPRESS');
    harness.clock.advance(seconds * 1000 - 1000);
    await settle();
    expect(harness.describe(arn).status).toBe('RUNNING');
    harness.clock.advance(1000);

    expect((await harness.ended(arn)).status).toBe('TIMED_OUT');
  });
});

describe('a task token', () => {
  const services = { 'sqs:SendMessage': () => ({ MessageId: 'm-1' }) };

  async function beginTask(definition = TOKEN) {
    const harness = createHarness({ services });
    const arn = await begin(harness, definition);
    const taskToken: string = JSON.parse(harness.calls[0]?.input.MessageBody).token;
    return { harness, arn, taskToken };
  }

  test('lets the task wait for SendTaskSuccess', async () => {
    const { harness, arn, taskToken } = await beginTask();
    expect(harness.describe(arn).status).toBe('RUNNING');

    await harness.call('SendTaskSuccess', { taskToken, output: '{"ok":true}' });

    expect((await harness.ended(arn)).output).toBe('{"ok":true}');
    expect(shape(harness.history(arn)).slice(2)).toEqual([
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskSubmitted',
      '6<-5 TaskSucceeded',
      '7<-6 TaskStateExited',
      '8<-7 ExecutionSucceeded',
    ]);
    expect(harness.history(arn)[2]?.taskScheduledEventDetails).toMatchObject({
      resource: 'sendMessage.waitForTaskToken',
      timeoutInSeconds: 600,
      heartbeatInSeconds: 60,
    });
  });

  test('lets the task fail with SendTaskFailure', async () => {
    const { harness, arn, taskToken } = await beginTask();

    await harness.call('SendTaskFailure', { taskToken, error: 'Refused', cause: 'by hand' });

    expect(await harness.ended(arn)).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'by hand' });
  });

  test('may come back before the call that gave it away has returned', async () => {
    const harness: Harness = createHarness({
      services: {
        'sqs:SendMessage': async ({ MessageBody }: Loose) => {
          await harness.call('SendTaskSuccess', { taskToken: JSON.parse(MessageBody).token, output: '1' });
          return {};
        },
      },
    });
    const arn = await begin(harness, TOKEN);

    expect((await harness.ended(arn)).output).toBe('1');
  });

  test('is missed after HeartbeatSeconds without a heartbeat', async () => {
    const { harness, arn, taskToken } = await beginTask();
    harness.clock.advance(59_000);
    await harness.call('SendTaskHeartbeat', { taskToken });
    harness.clock.advance(59_000);
    await settle();
    expect(harness.describe(arn).status).toBe('RUNNING');
    harness.clock.advance(1_000);

    expect(await harness.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
  });

  test.each(['States.HeartbeatTimeout', 'States.Timeout', 'States.ALL'])('missed is caught by %s', async (name) => {
    const { Only } = TOKEN as Loose as { Only: object };
    const { States } = TOKEN as Loose;
    const caught = {
      StartAt: 'Only',
      States: {
        Only: { ...Only, ...States.Only, Catch: [{ ErrorEquals: [name], Next: 'Caught' }] },
        Caught: { Type: 'Pass', Output: 'caught', End: true },
      },
    };
    const { harness, arn } = await beginTask(caught);
    harness.clock.advance(60_000);

    expect((await harness.ended(arn)).output).toBe('"caught"');
  });

  test('ends with TimeoutSeconds in spite of heartbeats', async () => {
    const { harness, arn, taskToken } = await beginTask();
    for (let minute = 0; minute < 13; minute++) {
      harness.clock.advance(45_000);
      await harness.call('SendTaskHeartbeat', { taskToken });
    }
    harness.clock.advance(15_000);

    expect(await harness.ended(arn)).toMatchObject({ error: 'States.Timeout' });
  });

  test('is answered once', async () => {
    const { harness, taskToken } = await beginTask();
    await harness.call('SendTaskSuccess', { taskToken, output: '1' });

    await expect(harness.call('SendTaskSuccess', { taskToken, output: '2' })).rejects.toMatchObject({
      code: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
  });

  test('ends with its execution', async () => {
    const { harness, arn, taskToken } = await beginTask();
    await harness.call('StopExecution', { executionArn: arn });
    await settle();

    await expect(harness.call('SendTaskHeartbeat', { taskToken })).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  test('is refused when it never was one, and its output when it is not JSON', async () => {
    const { harness, taskToken } = await beginTask();

    await expect(harness.call('SendTaskSuccess', { taskToken: 'x', output: '1' })).rejects.toMatchObject({
      code: 'InvalidToken',
      message: "Invalid Token: 'Invalid token'",
    });
    await expect(harness.call('SendTaskSuccess', { taskToken, output: '{' })).rejects.toMatchObject({
      code: 'InvalidOutput',
    });
  });

  test('belongs to its state machine in the eyes of IAM', async () => {
    const { harness, arn, taskToken } = await beginTask();

    expect(harness.states.operations.SendTaskSuccess?.resources({ taskToken })).toEqual([
      harness.describe(arn).stateMachineArn,
    ]);
    expect(harness.states.operations.SendTaskSuccess?.resources({ taskToken: 'x' })).toEqual(['*']);
  });
});

describe('states:startExecution', () => {
  const parent = (suffix: string) => {
    const definition = structuredClone(SYNC) as Loose;
    definition.States.Only.Resource = `arn:aws:states:::states:startExecution${suffix}`;
    return definition;
  };

  async function nested(suffix: string, child: object, input: object = {}) {
    const harness = createHarness();
    const childArn = await harness.create(child, 'child');
    const arn = await begin(harness, parent(suffix), { child: childArn, ...input });
    return { harness, arn, childArn };
  }

  test('starts another execution and goes on', async () => {
    const { harness, arn } = await nested('', only({ Type: 'Wait', Seconds: 60 }));

    expect(JSON.parse((await harness.ended(arn)).output)).toEqual({
      ExecutionArn: expect.stringMatching(/:execution:child:child-1$/),
      SdkHttpMetadata: expect.anything(),
      SdkResponseMetadata: expect.anything(),
      StartDate: expect.any(Number),
    });
    await harness.states.stop?.();
  });

  test.each([
    ['.sync', '{"n":1}', '{"doubled":2}'],
    ['.sync:2', { n: 1 }, { doubled: 2 }],
  ])('with %s waits for its end', async (suffix, input, output) => {
    const child = {
      StartAt: 'Wait',
      States: {
        Wait: { Type: 'Wait', Seconds: 60, Next: 'Double' },
        Double: { Type: 'Pass', Output: { doubled: '{% $states.input.n * 2 %}' }, End: true },
      },
    };
    const { harness, arn, childArn } = await nested(suffix, child);
    expect(harness.describe(arn).status).toBe('RUNNING');
    harness.clock.advance(60_000);

    expect(JSON.parse((await harness.ended(arn)).output)).toEqual({
      ExecutionArn: expect.any(String),
      Input: input,
      InputDetails: { Included: true },
      Name: 'child-1',
      Output: output,
      OutputDetails: { Included: true },
      StartDate: expect.any(Number),
      StateMachineArn: childArn,
      Status: 'SUCCEEDED',
      StopDate: expect.any(Number),
    });
  });

  test('with .sync fails when it fails', async () => {
    const { harness, arn } = await nested('.sync', only({ Type: 'Fail', Error: 'Bad', Cause: 'so it is' }));
    const { error, cause } = await harness.ended(arn);

    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause)).toMatchObject({ Status: 'FAILED', Error: 'Bad', Cause: 'so it is' });
  });

  test('with .sync stops it when the parent is stopped', async () => {
    const { harness, arn } = await nested('.sync:2', only({ Type: 'Wait', Seconds: 60 }));
    await harness.call('StopExecution', { executionArn: arn });
    await settle();

    expect(harness.states.executions().map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
  });
});
