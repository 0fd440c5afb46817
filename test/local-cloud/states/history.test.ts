import { describe, expect, test } from '@jest/globals';
import { FAILING_MAP, FAILING_PARALLEL, FUNCTION_TASK, MAP, PARALLEL, RETRIED, TASK, WAIT } from './fixtures.ts';
import { createHarness, FUNCTION, lambda, named, only, run, settle, shape } from './harness.ts';

const broken = lambda(() => {
  throw named('Broken', 'no luck');
});

describe('the history of an execution', () => {
  test('tells of a state and its data', async () => {
    const { events } = await run(only({ Type: 'Pass', Output: { a: '{% $states.input.x %}' } }), { x: 1 });

    expect(events).toEqual([
      {
        id: 1,
        previousEventId: 0,
        timestamp: expect.any(Number),
        type: 'ExecutionStarted',
        executionStartedEventDetails: {
          input: '{"x":1}',
          inputDetails: { truncated: false },
          roleArn: 'arn:aws:iam::000000000000:role/machine',
        },
      },
      {
        id: 2,
        previousEventId: 0,
        timestamp: expect.any(Number),
        type: 'PassStateEntered',
        stateEnteredEventDetails: { name: 'Only', input: '{"x":1}', inputDetails: { truncated: false } },
      },
      {
        id: 3,
        previousEventId: 2,
        timestamp: expect.any(Number),
        type: 'PassStateExited',
        stateExitedEventDetails: { name: 'Only', output: '{"a":1}', outputDetails: { truncated: false } },
      },
      {
        id: 4,
        previousEventId: 3,
        timestamp: expect.any(Number),
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '{"a":1}', outputDetails: { truncated: false } },
      },
    ]);
  });

  test('tells which variables a state set', async () => {
    const { events } = await run(only({ Type: 'Pass', Assign: { a: [1], b: "{% 'x' %}" } }));

    expect(events[2]?.stateExitedEventDetails).toMatchObject({
      assignedVariables: { a: '[1]', b: '"x"' },
      assignedVariablesDetails: { truncated: false },
    });
  });

  test('tells of a task of a service', async () => {
    const { events } = await run(TASK, { n: 1 }, { services: lambda(() => 'done') });

    expect(shape(events)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 TaskStateEntered',
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskSucceeded',
      '6<-5 TaskStateExited',
      '7<-6 ExecutionSucceeded',
    ]);
    expect(events[2]?.taskScheduledEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      parameters: JSON.stringify({ FunctionName: FUNCTION, Payload: { n: 1 } }),
    });
    expect(events[3]?.taskStartedEventDetails).toEqual({ resourceType: 'lambda', resource: 'invoke' });
    expect(events[4]?.taskSucceededEventDetails).toMatchObject({
      resource: 'invoke',
      outputDetails: { truncated: false },
    });
  });

  test('tells of a function that is the resource itself', async () => {
    const { events } = await run(FUNCTION_TASK, { n: 1 }, { services: lambda(() => 'done') });

    expect(shape(events).slice(2, 5)).toEqual([
      '3<-2 LambdaFunctionScheduled',
      '4<-3 LambdaFunctionStarted',
      '5<-4 LambdaFunctionSucceeded',
    ]);
    expect(events[2]?.lambdaFunctionScheduledEventDetails).toEqual({
      resource: FUNCTION,
      input: '{"n":1}',
      inputDetails: { truncated: false },
    });
    expect(events[3]).not.toHaveProperty('lambdaFunctionStartedEventDetails');
    expect(events[4]?.lambdaFunctionSucceededEventDetails).toEqual({
      output: '"done"',
      outputDetails: { truncated: false },
    });
  });

  test('tells of each attempt and of the catcher', async () => {
    const { create, start, clock, history } = createHarness({ services: broken });
    const arn = await start(await create(RETRIED));
    await settle();
    clock.advance(2000);
    await settle();
    clock.advance(3000);
    await settle();

    expect(shape(history(arn))).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 TaskStateEntered',
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskFailed',
      '6<-5 TaskScheduled',
      '7<-6 TaskStarted',
      '8<-7 TaskFailed',
      '9<-8 TaskScheduled',
      '10<-9 TaskStarted',
      '11<-10 TaskFailed',
      '12<-11 TaskStateExited',
      '13<-12 PassStateEntered',
      '14<-13 PassStateExited',
      '15<-14 ExecutionSucceeded',
    ]);
    expect(history(arn)[4]?.taskFailedEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      error: 'Broken',
      cause: '{"errorType":"Broken","errorMessage":"no luck","trace":[]}',
    });
  });

  test('tells of a failure that nobody catches', async () => {
    const { events } = await run(FUNCTION_TASK, {}, { services: broken });

    expect(shape(events).slice(4)).toEqual(['5<-4 LambdaFunctionFailed', '6<-5 ExecutionFailed']);
    expect(events[5]?.executionFailedEventDetails).toEqual({
      error: 'Broken',
      cause: expect.stringContaining('no luck'),
    });
  });

  test('tells of an expression without a value', async () => {
    const { events } = await run(only({ Type: 'Pass', Output: { a: '{% $nothing %}' } }));

    expect(shape(events)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 PassStateEntered',
      '3<-0 EvaluationFailed',
      '4<-3 ExecutionFailed',
    ]);
    expect(events[2]?.evaluationFailedEventDetails).toEqual({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining("The JSONata expression '$nothing'"),
      location: 'Output/a',
      state: 'Only',
    });
  });

  test('tells of the branches of a Parallel', async () => {
    const { events } = await run(PARALLEL, { n: 1 });

    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'PassStateEntered',
      'PassStateEntered',
      'PassStateExited',
      'PassStateExited',
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events.slice(3, 5).map((event) => event.previousEventId)).toEqual([3, 3]);
    expect(events[8]?.previousEventId).toBe(events[7]?.previousEventId);
  });

  test('tells which branches were aborted when one failed', async () => {
    const { events } = await run(FAILING_PARALLEL);

    expect(shape(events)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 ParallelStateEntered',
      '3<-2 ParallelStateStarted',
      '4<-3 FailStateEntered',
      '5<-3 WaitStateEntered',
      '6<-4 WaitStateAborted',
      '7<-4 ParallelStateFailed',
      '8<-7 ParallelStateExited',
      '9<-8 PassStateEntered',
      '10<-9 PassStateExited',
      '11<-10 ExecutionSucceeded',
    ]);
  });

  test('tells of the iterations of a Map, one after the other', async () => {
    const { events } = await run(MAP, { items: [1, 2] });

    expect(shape(events)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 MapStateEntered',
      '3<-2 MapStateStarted',
      '4<-3 MapIterationStarted',
      '5<-4 PassStateEntered',
      '6<-5 PassStateExited',
      '7<-6 MapIterationSucceeded',
      '8<-6 MapIterationStarted',
      '9<-8 PassStateEntered',
      '10<-9 PassStateExited',
      '11<-10 MapIterationSucceeded',
      '12<-11 MapStateSucceeded',
      '13<-11 MapStateExited',
      '14<-13 ExecutionSucceeded',
    ]);
    expect(events[2]?.mapStateStartedEventDetails).toEqual({ length: 2 });
    expect(events[7]?.mapIterationStartedEventDetails).toEqual({ name: 'Only', index: 1 });
  });

  test('tells of the iteration that failed and of those aborted with it', async () => {
    const { events } = await run(FAILING_MAP, [-1, -2]);

    expect(shape(events)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 MapStateEntered',
      '3<-2 MapStateStarted',
      '4<-3 MapIterationStarted',
      '5<-3 MapIterationStarted',
      '6<-4 ChoiceStateEntered',
      '7<-5 ChoiceStateEntered',
      '8<-6 ChoiceStateExited',
      '9<-7 ChoiceStateExited',
      '10<-8 FailStateEntered',
      '11<-9 FailStateEntered',
      '12<-10 MapIterationFailed',
      '13<-10 MapIterationAborted',
      '14<-10 MapStateFailed',
      '15<-14 ExecutionFailed',
    ]);
  });

  test('tells of a Map without items', async () => {
    const { events } = await run(MAP, { items: [] });

    expect(shape(events).slice(2)).toEqual([
      '3<-2 MapStateStarted',
      '4<-3 MapStateSucceeded',
      '5<-3 MapStateExited',
      '6<-5 ExecutionSucceeded',
    ]);
  });

  test('tells of an execution that was stopped', async () => {
    const { create, start, call, history } = createHarness();
    const arn = await start(await create(WAIT), { seconds: 60 });
    await settle();
    await call('StopExecution', { executionArn: arn, error: 'Enough', cause: 'by hand' });
    await settle();

    expect(shape(history(arn))).toEqual(['1<-0 ExecutionStarted', '2<-0 WaitStateEntered', '3<-0 ExecutionAborted']);
    expect(history(arn)[2]?.executionAbortedEventDetails).toEqual({ error: 'Enough', cause: 'by hand' });
  });
});
