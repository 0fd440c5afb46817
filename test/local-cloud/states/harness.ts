import { setImmediate } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import { Account } from '#lib/local-cloud/core/account.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import type { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { type CallContext, type CloudContext, OPERATOR } from '#lib/local-cloud/core/service.ts';
import type { HistoryEvent } from '#lib/local-cloud/states/history.ts';
import { createStates, type StatesModule, type StatesOptions } from '#lib/local-cloud/states/states.ts';
import { FrozenClock } from '../core/frozen-clock.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/machine';
export const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:work';

// biome-ignore lint/suspicious/noExplicitAny: each action has input and output shapes of its own
export type Handler = (input: any, context: CallContext) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: definitions and answers are read freely in tests
export type Loose = any;

export interface ApiCall {
  service: string;
  action: string;
  input: Loose;
  context: CallContext;
}

interface HarnessOptions extends StatesOptions {
  /** What the other services answer, by `service:Action`. */
  services?: Record<string, Handler>;
}

const open: { states: StatesModule; clock: Clock }[] = [];

afterEach(async () => {
  for (const { states, clock } of open.splice(0)) {
    await states.stop?.();
    clock.stop();
  }
});

/** Step Functions alone, with the other services played by functions; every call is recorded. */
export function createHarness({ services = {}, ...options }: HarnessOptions = {}) {
  const clock = new FrozenClock();
  const calls: ApiCall[] = [];
  const harness: { states?: StatesModule } = {};
  const api: CloudContext['api'] = {
    async call<O>(service: string, action: string, input: object, context: CallContext) {
      calls.push({ service, action, input, context });
      const handler = services[`${service}:${action}`];
      if (handler) return (await handler(input, context)) as O;
      const operation = service === 'states' ? harness.states?.operations[action] : undefined;
      if (!operation) throw new Error(`nobody plays ${service}:${action}`);
      return (await operation.run(input, context)) as O;
    },
  };
  const iam = { authorize() {}, attachResourcePolicy() {}, credentialsFor: () => ({}) as never };
  const states = createStates({ account: new Account(), clock, api, iam, log: SILENT }, options);
  harness.states = states;
  open.push({ states, clock });

  const call = async (action: string, input: object, context: CallContext = { caller: OPERATOR }): Promise<Loose> =>
    states.operations[action]?.run(input, context);

  const create = async (
    definition: object,
    name = 'machine',
    type = 'STANDARD',
    more: object = {},
  ): Promise<string> => {
    const text = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
    const { stateMachineArn } = await call('CreateStateMachine', {
      name,
      type,
      definition: text,
      roleArn: ROLE,
      ...more,
    });
    return stateMachineArn;
  };

  const start = async (stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> =>
    (await call('StartExecution', { stateMachineArn, name, input: JSON.stringify(input) })).executionArn;

  const describe = (executionArn: string): Loose =>
    states.executions().find((execution) => execution.executionArn === executionArn);

  const ended = async (executionArn: string): Promise<Loose> => {
    await until(() => describe(executionArn).status !== 'RUNNING');
    return describe(executionArn);
  };

  return { clock, calls, states, call, create, start, describe, ended, history: states.history };
}

export type Harness = ReturnType<typeof createHarness>;

/** Runs one state machine to its end. */
export async function run(definition: object, input: unknown = {}, options: HarnessOptions = {}) {
  const harness = createHarness(options);
  const arn = await harness.start(await harness.create(definition), input);
  const execution = await harness.ended(arn);
  const output: Loose = execution.output === undefined ? undefined : JSON.parse(execution.output);
  return { ...harness, execution, output, events: harness.history(arn) };
}

/** A machine of one state, which is the end. */
export function only(state: object): object {
  return { StartAt: 'Only', States: { Only: { ...state, ...endOf(state as { Type: string }) } } };
}

function endOf({ Type }: { Type: string }): object {
  return ['Choice', 'Succeed', 'Fail'].includes(Type) ? {} : { End: true };
}

/** Long enough for anything that does not wait for the clock, on a busy machine too. */
const PATIENCE_MS = 10_000;

/** Waits, without time passing on the clock of the cloud, until the condition is met. */
export async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error('The condition was not met.');
    await setImmediate();
  }
}

/** Lets everything run that does not wait for the clock. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}

/** `id<-previousEventId Type` of each event: the shape of a history. */
export function shape(events: HistoryEvent[]): string[] {
  return events.map(({ id, previousEventId, type }) => `${id}<-${previousEventId} ${type}`);
}

/** A Lambda function that answers or throws what `behave` does, as our Lambda service tells it. */
export function lambda(behave: (event: Loose, context: CallContext) => unknown): Record<string, Handler> {
  return {
    async 'lambda:Invoke'(input: { Payload?: Uint8Array }, context) {
      const event = input.Payload && JSON.parse(Buffer.from(input.Payload).toString());
      try {
        const answer = await behave(event, context);
        return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: Buffer.from(JSON.stringify(answer ?? null)) };
      } catch (error) {
        if (error instanceof AwsError || !(error instanceof Error)) throw error;
        const payload = { errorType: error.name, errorMessage: error.message, trace: [] };
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify(payload)) };
      }
    },
  };
}

/** An error by which a function is known to fail. */
export function named(name: string, message = 'failed'): Error {
  return Object.assign(new Error(message), { name });
}
