import { createApi } from '#lib/local-cloud/core/api.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import type { CallContext, ServiceModule } from '#lib/local-cloud/core/service.ts';
import { Faults } from '#lib/local-cloud/faults/faults.ts';
import type { RunningEnvironment } from '#lib/local-cloud/lambda/environment-factory.ts';
import type { InvocationInterceptor, InvocationResult } from '#lib/local-cloud/lambda/invoker.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of several actions
type Json = any;

const ROLE = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/any' } as const;

/** Actions that only write down that they had their effect, and functions that only answer. */
export class FaultyCloud {
  readonly clock = new Clock();
  readonly api = createApi({ authorize() {}, attachResourcePolicy() {}, credentialsFor: () => never() });
  readonly effects: { action: string; input: Json }[] = [];
  /** Functions whose environment was killed. */
  readonly killed: string[] = [];
  /** What all functions are handling. */
  event: string | undefined;
  /** What they answer. */
  answer = '"done"';
  readonly faults: Faults;
  readonly #interceptors = new Set<InvocationInterceptor>();

  constructor() {
    const lambda = {
      environmentOf: (token: string): RunningEnvironment => ({
        functionName: token,
        event: this.event,
        kill: () => void this.killed.push(token),
      }),
      use: (interceptor: InvocationInterceptor) => {
        this.#interceptors.add(interceptor);
        return () => this.#interceptors.delete(interceptor);
      },
    };
    this.faults = new Faults({ api: this.api, clock: this.clock, lambda });
    this.api.register(this.#module('dynamodb', ['UpdateItem', 'TransactWriteItems', 'GetItem'], () => ({})));
    this.api.register(this.#module('sqs', ['SendMessage', 'ReceiveMessage'], () => ({ Messages: [{ Body: 'one' }] })));
    this.api.register(
      this.#module('events', ['PutEvents'], ({ Entries }) => ({
        FailedEntryCount: 0,
        Entries: Entries.map((_: unknown, index: number) => ({ EventId: `event ${index}` })),
      })),
    );
  }

  /** Calls an action as code of the function does. */
  async call(service: string, action: string, input: object = {}, fn = 'shop-PlaceOrder-1'): Promise<Json> {
    const context: CallContext = { caller: ROLE, sessionToken: fn };
    return this.api.call<Json>(service, action, input, context);
  }

  /** How such a call ends: `done`, or the code of its error. */
  async outcome(...call: Parameters<FaultyCloud['call']>): Promise<string> {
    return this.call(...call).then(
      () => 'done',
      (error) => error.code,
    );
  }

  async outcomes(times: number, ...call: Parameters<FaultyCloud['call']>): Promise<string[]> {
    const outcomes: string[] = [];
    for (let count = 0; count < times; count++) outcomes.push(await this.outcome(...call));
    return outcomes;
  }

  async invoke(functionName: string, payload = '{}'): Promise<InvocationResult> {
    let next = async (): Promise<InvocationResult> => {
      this.effects.push({ action: functionName, input: payload });
      return { requestId: '1', executedVersion: '$LATEST', payload: this.answer };
    };
    for (const interceptor of this.#interceptors) {
      const inner = next;
      next = () => interceptor({ functionName, payload }, inner);
    }
    return next();
  }

  #module(name: string, actions: string[], answer: (input: Json) => object): ServiceModule {
    const operation = (action: string) => ({
      resources: () => ['*'],
      run: (input: Json) => {
        this.effects.push({ action, input });
        return answer(input);
      },
    });
    return {
      name,
      operations: Object.fromEntries(actions.map((action) => [action, operation(action)])),
      resourceTypes: [],
    };
  }
}

function never(): never {
  throw new Error('Nothing here has credentials.');
}
