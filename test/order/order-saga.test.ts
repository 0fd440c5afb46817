import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  TimeoutSeconds?: number;
  Retry?: Retrier[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
}

interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  JitterStrategy?: string;
}

/** `Ref` or `Fn::GetAtt`. */
interface Ref {
  Ref?: string;
}

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown>; Metadata?: Record<string, string> }>;
}

const template: Template = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../cdk.out/Bazaar-Order.template.json'), 'utf8'),
);
const resources = Object.values(template.Resources);
const definition = JSON.parse(definitionText());
const states: Record<string, State> = definition.States;
const tasks = Object.entries(states).filter(([, { Type }]) => Type === 'Task');

/** The definition as it is deployed; what is not known before that is named by some ARN. */
function definitionText(): string {
  const machine = resources.find(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
  if (!machine) throw new Error('The order stack has no state machine.');
  const { 'Fn::Join': joined } = machine.Properties.DefinitionString as { 'Fn::Join': [string, (string | Ref)[]] };
  return joined[1].map(resolve).join(joined[0]);
}

function resolve(part: string | Ref): string {
  if (typeof part === 'string') return part;
  return part.Ref === 'AWS::Partition' ? 'aws' : 'arn:aws:lambda:us-east-1:000000000000:function:step';
}

function nextOf({ Next, Default, Choices = [], Catch = [] }: State): string[] {
  const names = [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((catcher) => catcher.Next)];
  return names.filter((name) => name !== undefined);
}

/** States of a chain in which each has one way on, from `name` to the end. */
function chainFrom(name: string): string[] {
  const next = states[name]?.Next;
  return next ? [name, ...chainFrom(next)] : [name];
}

/** The longest that one state can take: each attempt runs into its timeout, each wait is as long as it may be. */
function longestSeconds({ TimeoutSeconds = 0, Retry = [] }: State): number {
  const waits = Retry.map(({ MaxAttempts = 3, IntervalSeconds = 1, BackoffRate = 2 }) =>
    Array.from({ length: MaxAttempts }, (_, attempt) => TimeoutSeconds + IntervalSeconds * BackoffRate ** attempt),
  );
  const retries = waits.map((seconds) => seconds.reduce((sum, each) => sum + each, 0));
  return TimeoutSeconds + Math.max(0, ...retries);
}

/** The longest that an execution can take from `name` to its end. */
function longestFrom(name: string): number {
  const state = states[name] as State;
  return longestSeconds(state) + Math.max(0, ...nextOf(state).map(longestFrom));
}

describe('the order saga', () => {
  test('is a valid definition in JSONata', () => {
    const { isValid, errorsText } = validate(definition);

    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
    expect(definition.QueryLanguage).toBe('JSONata');
  });

  test.each(tasks)('limits the time of %s', (_, task) => {
    expect(task.TimeoutSeconds).toBeGreaterThan(0);
  });

  test.each(tasks)('spreads the retries of %s', (_, { Retry = [] }) => {
    expect(Retry.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' });
    for (const { MaxAttempts, JitterStrategy } of Retry) if (MaxAttempts !== 0) expect(JitterStrategy).toBe('FULL');
  });

  test('ends within its time even when everything takes as long as it may', () => {
    expect(longestFrom(definition.StartAt)).toBeLessThan(definition.TimeoutSeconds);
  });

  test('is over when its dead-man message comes due', () => {
    const queues = resources.filter(({ Type }) => Type === 'AWS::SQS::Queue');
    const deadMan = queues.find(({ Metadata = {} }) => /DeadMan\/Messages/.test(Metadata['aws:cdk:path'] ?? ''));

    expect(deadMan?.Properties.DelaySeconds).toBeGreaterThan(definition.TimeoutSeconds);
  });

  test.each(['ReserveStock', 'TakePayment'])('undoes the order when %s fails or is refused', (name) => {
    const { Catch = [], Next = '' } = states[name] as State;

    expect(Catch.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
    expect(new Set(Catch.map((catcher) => catcher.Next))).toEqual(new Set(['BeginCancelling']));
    expect(states[Next]).toMatchObject({ Type: 'Choice', Default: 'BeginCancelling' });
  });

  test('leaves a confirmation that fails to the dead-man message, and undoes one that is refused', () => {
    const { Catch, Next = '' } = states.ConfirmOrder as State;

    expect(Catch).toBeUndefined();
    expect(states[Next]).toMatchObject({ Type: 'Choice', Default: 'BeginCancelling' });
  });

  test('has no other forward step', () => {
    const undo = ['BeginCancelling', 'CancelOrder', 'RefundPayment', 'ReleaseStock'];
    const forward = ['ConfirmOrder', 'ReserveStock', 'TakePayment'];

    expect(tasks.map(([name]) => name).sort()).toEqual([...undo, ...forward].sort());
  });

  test('undoes in reverse, after it has closed the way to confirmation', () => {
    const [mayUndo = ''] = nextOf(states.BeginCancelling as State);
    const way = states[mayUndo]?.Choices?.[0]?.Next ?? '';

    expect(chainFrom(way)).toEqual(['RefundPayment', 'ReleaseStock', 'CancelOrder']);
  });

  test.each(['BeginCancelling', 'RefundPayment', 'ReleaseStock', 'CancelOrder'])(
    'tries %s harder than any forward step',
    (name) => {
      const attempts = (of: string) => states[of]?.Retry?.at(-1)?.MaxAttempts ?? 0;

      for (const forward of ['ReserveStock', 'TakePayment', 'ConfirmOrder']) {
        expect(attempts(name)).toBeGreaterThan(attempts(forward));
      }
    },
  );
});
