import type { Api, ApiCall, Interceptor } from '#lib/local-cloud/core/api.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import type { Json } from '../setup/shop.ts';

/**
 * What becomes of a call: it fails, or is never answered, before or after it has had its effect.
 * `after` is the worse one: whoever called cannot know.
 */
export type FaultKind = 'fails before' | 'fails after' | 'hangs before' | 'hangs after';

export type CallFilter = (call: ApiCall) => boolean;

/** Calls of one action, perhaps only those with such an input. */
export function callsOf(service: string, action: string, isWanted: (input: Json) => boolean = () => true): CallFilter {
  return (call) => call.service === service && call.action === action && isWanted(call.input);
}

const never = new Promise<never>(() => {});

/** The faults of one cloud. Each resolves to the calls that have met it, a list that grows. */
export class Faults {
  readonly #api: Api;
  readonly #ends: (() => void)[] = [];

  constructor(api: Api) {
    this.#api = api;
  }

  /** The next calls that fit, all or so many, meet the fault. A call counts once it has had its effect, if any. */
  inject(calls: CallFilter, kind: FaultKind, times?: number): ApiCall[] {
    const met: ApiCall[] = [];
    const fault: Interceptor = async (call, next) => {
      if (kind.endsWith('after')) await next();
      met.push(call);
      if (kind.startsWith('hangs')) return never;
      throw new AwsError('ServiceException', 'The service is out of order.', 500);
    };
    this.intercept(calls, fault, times);
    return met;
  }

  /** Answers the calls that fit without letting them through. */
  swallow(calls: CallFilter, answer: object): ApiCall[] {
    return this.intercept(calls, async () => answer);
  }

  /** Writes down the calls that fit, in their order. */
  watch(calls: CallFilter): ApiCall[] {
    return this.intercept(calls, (_, next) => next());
  }

  /** Holds the next call that fits until it is released, or all faults end. */
  hold(calls: CallFilter): { met: ApiCall[]; release(): void } {
    const gate = Promise.withResolvers<void>();
    this.#ends.push(gate.resolve);
    const met = this.intercept(calls, (_, next) => gate.promise.then(next), 1);
    return { met, release: gate.resolve };
  }

  /** From now on all calls pass, also those on hold. */
  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  /** Puts the interceptor around the next calls that fit, all or so many. */
  intercept(calls: CallFilter, interceptor: Interceptor, times = Number.POSITIVE_INFINITY): ApiCall[] {
    const met: ApiCall[] = [];
    const end = this.#api.use((call, next) => {
      if (met.length >= times || !calls(call)) return next();
      met.push(call);
      return interceptor(call, next);
    });
    this.#ends.push(end);
    return met;
  }
}
