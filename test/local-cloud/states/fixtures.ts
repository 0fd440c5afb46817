import { FUNCTION, only } from './harness.ts';

/** Definitions that several tests run, and that asl-validator confirms. */

export const INVOKE = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: FUNCTION, Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
};

export const TASK = only(INVOKE);

export const FUNCTION_TASK = only({ Type: 'Task', Resource: FUNCTION });

/** Three tries with 2 s and 3 s between them, then `Caught`. */
export const RETRIED = {
  StartAt: 'Work',
  States: {
    Work: {
      ...INVOKE,
      Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 1.5 }],
      Catch: [
        { ErrorEquals: ['Other'], Next: 'Missed' },
        { ErrorEquals: ['States.ALL'], Output: { caught: '{% $states.errorOutput.Error %}' }, Next: 'Caught' },
      ],
      End: true,
    },
    Missed: { Type: 'Fail' },
    Caught: { Type: 'Pass', End: true },
  },
};

export const CHOICE = {
  StartAt: 'Choose',
  States: {
    Choose: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 10 %}', Assign: { size: 'large' }, Next: 'Done' },
        {
          Condition: '{% $states.input.n > 5 %}',
          Output: { replaced: true },
          Assign: { size: 'medium' },
          Next: 'Done',
        },
      ],
      Default: 'Done',
      Assign: { size: 'small' },
    },
    Done: { Type: 'Succeed', Output: { size: '{% $size %}', input: '{% $states.input %}' } },
  },
};

export const PARALLEL = only({
  Type: 'Parallel',
  Arguments: { n: '{% $states.input.n * 2 %}' },
  Branches: [
    { StartAt: 'First', States: { First: { Type: 'Pass', Output: '{% $states.input.n %}', End: true } } },
    { StartAt: 'Second', States: { Second: { Type: 'Pass', Output: '{% $states.input.n + 1 %}', End: true } } },
  ],
  Output: { sum: '{% $sum($states.result) %}', results: '{% $states.result %}' },
});

/** The first branch fails at once, the second waits. */
export const FAILING_PARALLEL = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Bad', States: { Bad: { Type: 'Fail', Error: 'Bad', Cause: 'as planned' } } },
        { StartAt: 'Slow', States: { Slow: { Type: 'Wait', Seconds: 3600, End: true } } },
      ],
      Catch: [{ ErrorEquals: ['States.BranchFailed'], Next: 'Caught' }],
      End: true,
    },
    Caught: { Type: 'Pass', End: true },
  },
};

export const MAP = only({
  Type: 'Map',
  Items: '{% $states.input.items %}',
  ItemSelector: { value: '{% $states.context.Map.Item.Value %}', at: '{% $states.context.Map.Item.Index %}' },
  MaxConcurrency: 1,
  ItemProcessor: {
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: 'Double',
    States: { Double: { Type: 'Pass', Output: '{% $states.input.value * 2 + $states.input.at %}', End: true } },
  },
});

/** Fails for each item that is negative. */
export const FAILING_MAP = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Items: '{% $states.input %}',
      ItemProcessor: {
        StartAt: 'Sign',
        States: {
          Sign: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.input < 0 %}', Next: 'Negative' }],
            Default: 'Positive',
          },
          Negative: { Type: 'Fail', Error: 'Negative' },
          Positive: { Type: 'Pass', End: true },
        },
      },
      End: true,
    },
  },
};

export const WAIT = only({ Type: 'Wait', Seconds: '{% $states.input.seconds %}' });
export const WAIT_UNTIL = only({ Type: 'Wait', Timestamp: '{% $states.input.until %}' });

export const TOKEN = only({
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Arguments: { QueueUrl: 'https://queue', MessageBody: { token: '{% $states.context.Task.Token %}' } },
  TimeoutSeconds: 600,
  HeartbeatSeconds: 60,
});

export const SYNC = only({
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution.sync:2',
  Arguments: { StateMachineArn: '{% $states.input.child %}', Input: { n: 1 }, Name: 'child-1' },
});

/** The reserve / pay / undo shape of a saga. */
export const SAGA = {
  StartAt: 'Remember',
  TimeoutSeconds: 240,
  States: {
    Remember: { Type: 'Pass', Assign: { order: '{% $states.input %}', undo: [] }, Next: 'Reserve' },
    Reserve: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: FUNCTION, Payload: { step: 'reserve', order: '{% $order.id %}' } },
      TimeoutSeconds: 10,
      Assign: { undo: "{% $append($undo, 'reserve') %}" },
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: 'FULL' }],
      Next: 'Pay',
    },
    Pay: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: FUNCTION, Payload: { step: 'pay', order: '{% $order.id %}' } },
      TimeoutSeconds: 10,
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { reason: '{% $states.errorOutput.Error %}' }, Next: 'Undo' }],
      Next: 'Paid',
    },
    Paid: { Type: 'Succeed', Output: { status: 'paid' } },
    Undo: {
      Type: 'Map',
      Items: '{% $reverse($undo) %}',
      ItemProcessor: {
        StartAt: 'Undo step',
        States: {
          'Undo step': {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: {
              FunctionName: FUNCTION,
              Payload: { step: "{% 'undo ' & $states.input %}", order: '{% $order.id %}' },
            },
            Output: '{% $states.input %}',
            End: true,
          },
        },
      },
      Next: 'Declined',
    },
    Declined: { Type: 'Fail', Error: 'Declined', Cause: "{% 'because of ' & $reason %}" },
  },
};
