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

  /** The next calls that fit, all or so many, meet the fault. */
  inject(calls: CallFilter, kind: FaultKind, times = Number.POSITIVE_INFINITY): ApiCall[] {
    let left = times;
    return this.#intercept((met) => async (call, next) => {
      if (left <= 0 || !calls(call)) return next();
      left--;
      if (kind.endsWith('after')) await next();
      met.push(call);
      if (kind.startsWith('hangs')) return never;
      throw new AwsError('ServiceException', 'The service is out of order.', 500);
    });
  }

  /** Answers the calls that fit without letting them through. */
  swallow(calls: CallFilter, answer: object): ApiCall[] {
    return this.#intercept((met) => async (call, next) => {
      if (!calls(call)) return next();
      met.push(call);
      return answer;
    });
  }

  /** Writes down the calls that fit, in their order. */
  watch(calls: CallFilter): ApiCall[] {
    return this.#intercept((met) => (call, next) => {
      if (calls(call)) met.push(call);
      return next();
    });
  }

  /** Holds the next call that fits until {@link end}. */
  hold(calls: CallFilter): ApiCall[] {
    const gate = Promise.withResolvers<void>();
    this.#ends.push(gate.resolve);
    return this.#intercept((met) => async (call, next) => {
      if (met.length > 0 || !calls(call)) return next();
      met.push(call);
      await gate.promise;
      return next();
    });
  }

  /** From now on all calls pass, also those on hold. */
  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #intercept(interceptor: (met: ApiCall[]) => Interceptor): ApiCall[] {
    const met: ApiCall[] = [];
    this.#ends.push(this.#api.use(interceptor(met)));
    return met;
  }
}
