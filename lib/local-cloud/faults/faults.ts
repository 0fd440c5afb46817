import type { Api, ApiCall } from '../core/api.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { ServiceModule } from '../core/service.ts';
import type { InvocationInterceptor } from '../lambda/invoker.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { API_EFFECTS, type Met } from './api-effects.ts';
import { FAULT_ACTIONS, type Fault, FaultRequest } from './fault.ts';
import { meetInvocation } from './invocation-effects.ts';
import { type Draw, Lottery } from './lottery.ts';
import { fits, type Happening, isOfInvocations, lineOf, toHappening } from './matching.ts';
import { HeldBack } from './message-effects.ts';

export interface FaultsParts {
  api: Api;
  clock: Clock;
  lambda: Pick<Lambda, 'environmentOf' | 'use'>;
}

export interface Injection {
  fault: Fault;
  happening: Happening;
}

interface Active {
  fault: Fault;
  lottery: Lottery;
  /** Calls that fit and were left alone, as the fault asks for. */
  passed: number;
}

interface Drawn {
  fault: Fault;
  count(): void;
  /** Further numbers of the same line. */
  draw: Draw;
}

/**
 * Lets calls, messages and functions fail, as seeds draw them. Nothing fails unless it is asked for, here or at the
 * endpoint: `GET`, `POST` and `DELETE /_bazaar/faults`. What the operator calls never fails.
 */
export class Faults {
  readonly #parts: FaultsParts;
  readonly #faults = new Map<string, Active>();
  readonly #heldBack: HeldBack;
  readonly #listeners = new Set<(injection: Injection) => void>();
  #uninstall: (() => void)[] = [];
  #count = 0;

  constructor(parts: FaultsParts) {
    this.#parts = parts;
    this.#heldBack = new HeldBack(parts.clock);
  }

  /** Throws a ValidationException that says what is wrong with the request. */
  add(request: unknown): Fault {
    const { success, data, error } = FaultRequest.safeParse(request);
    if (!success) {
      throw new AwsError('ValidationException', error.issues.map(reasonOf).join('; '));
    }
    this.#count += 1;
    const fault: Fault = { id: String(this.#count), ...data, met: 0 };
    this.#faults.set(fault.id, { fault, lottery: new Lottery(data.seed), passed: 0 });
    if (this.#uninstall.length === 0) this.#install();
    return fault;
  }

  list(): Fault[] {
    return [...this.#faults.values()].map(({ fault }) => ({ ...fault }));
  }

  /** Ends one fault or all; resolves to those that it has ended. */
  clear(id?: string): Fault[] {
    const ended = this.list().filter((fault) => id === undefined || fault.id === id);
    for (const fault of ended) this.#faults.delete(fault.id);
    if (this.#faults.size === 0) for (const uninstall of this.#uninstall.splice(0)) uninstall();
    return ended;
  }

  /** Tells of each fault that is met; the returned function ends that. */
  onInjected(listener: (injection: Injection) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What the endpoint serves of it. */
  get module(): ServiceModule {
    return {
      name: 'faults',
      operations: {},
      resourceTypes: [],
      pages: {
        faults: {
          GET: () => ({ faults: this.list(), actions: FAULT_ACTIONS }),
          POST: (_, body) => this.add(body),
          DELETE: (query) => ({ ended: this.clear(query.get('id') ?? undefined) }),
        },
      },
    };
  }

  #install(): void {
    const { api, lambda } = this.#parts;
    this.#uninstall = [
      api.use((call, next) => this.#call(call, next)),
      lambda.use((invocation, next) => this.#invocation(invocation, next)),
    ];
  }

  async #call(call: ApiCall, next: () => Promise<unknown>): Promise<unknown> {
    const { caller, sessionToken } = call.context;
    if (caller.kind === 'operator') return next();
    const environment = sessionToken === undefined ? undefined : this.#parts.lambda.environmentOf(sessionToken);
    const happening = toHappening(call, environment);
    const drawn = this.#draw(happening, (fault) => !isOfInvocations(fault.action));
    try {
      return drawn ? await this.#meet(drawn, { call, next, environment }) : await next();
    } finally {
      if (call.action === 'SendMessage' && drawn?.fault.action !== 'local:message-reorder') this.#heldBack.passed(call);
    }
  }

  async #meet({ fault, draw, count }: Drawn, about: Pick<Met, 'call' | 'next' | 'environment'>): Promise<unknown> {
    const { clock } = this.#parts;
    if (fault.action !== 'local:message-dropped') count();
    return API_EFFECTS[fault.action]?.({ ...about, fault, clock, draw, count, heldBack: this.#heldBack });
  }

  #invocation(...[invocation, next]: Parameters<InvocationInterceptor>): ReturnType<InvocationInterceptor> {
    const { functionName, payload } = invocation;
    const happening = { service: 'lambda', action: 'Invoke', functionName, event: payload, input: { payload } };
    const drawn = this.#draw(happening, (fault) => isOfInvocations(fault.action));
    return drawn ? meetInvocation({ ...drawn, next, clock: this.#parts.clock }) : next();
  }

  /** The first fault, in the order in which they were added, whose lot falls on what happens. */
  #draw(happening: Happening, isWanted: (fault: Fault) => boolean): Drawn | undefined {
    for (const active of this.#faults.values()) {
      const { fault, lottery } = active;
      if (!isWanted(fault) || !fits(fault, happening)) continue;
      if (active.passed < fault.skip) {
        active.passed += 1;
        continue;
      }
      const line = `${fault.action} ${lineOf(happening)}`;
      const isLot = lottery.draw(line) * 100 < fault.percentage;
      if (!isLot || (fault.times !== undefined && fault.met >= fault.times)) continue;
      const count = () => {
        fault.met += 1;
        for (const listener of this.#listeners) listener({ fault, happening });
      };
      return { fault, count, draw: () => lottery.draw(`${line} more`) };
    }
    return undefined;
  }
}

function reasonOf(issue: { code?: string; path: PropertyKey[]; keys?: string[]; message: string }): string {
  if (issue.keys) return `a fault has no ${issue.keys.join(', ')}`;
  return `${issue.path.join('.') || 'the fault'}: ${issue.message}`;
}
