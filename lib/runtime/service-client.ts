import {
  bulkhead,
  ExponentialBackoff,
  fullJitterGenerator,
  handleWhen,
  isBrokenCircuitError,
  isBulkheadRejectedError,
  retry,
} from 'cockatiel';
import type { SignHeaders } from './aws/signed-headers.ts';
import { Circuit, type CircuitMemory } from './circuit.ts';
import type { Discovery } from './discovery.ts';
import { log } from './log.ts';
import type { AddressPolicy } from './outbound/address-policy.ts';
import { getJson } from './outbound/get-json.ts';
import { RetryBudget } from './retry-budget.ts';
import { inCall } from './tracing/call.ts';

export interface ServiceClientOptions {
  /** Such as `https://api.example.com`: where the service is when no instance of it is known. */
  baseUrl: string;
  /** Its name in the registry. */
  service?: string;
  /** Finds its instances. Without it there is the base URL. */
  discovery?: Discovery;
  /** Where instances may be. */
  policy?: AddressPolicy;
  /** Signs each try, for the place that it goes to. Without it calls are not signed. */
  sign?: SignHeaders;
  /** What other environments know of the circuit. */
  memory?: CircuitMemory;
  /** How long a call may take, its repetitions included, ms. */
  timeoutMs?: number;
  /** How long an open circuit stays open before one call may try, ms. */
  halfOpenAfterMs?: number;
  /** Calls that may be under way at once; more are unavailable at once (bulkhead). */
  mostAtOnce?: number;
}

/**
 * What became of a call. `answered`: with any status below 500, a refusal too. `unavailable`: it could not be reached,
 * failed, or is not asked at all while the circuit is open. `timeout`: no answer in time.
 */
export type ServiceAnswer =
  | { outcome: 'answered'; status: number; body: unknown }
  | { outcome: 'unavailable' }
  | { outcome: 'timeout' };

const TIMEOUT_MS = 2_000;
const HALF_OPEN_AFTER_MS = 10_000;
const MOST_AT_ONCE = 50;
/** Tries after the first one. */
const RETRIES = 2;
/** Bounds of the random pause between tries, ms. */
const BACKOFF = { generator: fullJitterGenerator, initialDelay: 50, maxDelay: 200 };

/**
 * Reads from another service, and never throws: callers decide what to do without the answer. Each try goes to another
 * instance, if there is one, and counts for the circuit breaker, so that a service in trouble is soon left alone; while
 * the circuit is open nothing is sent.
 */
export class ServiceClient {
  readonly #options: ServiceClientOptions;
  readonly #circuit: Circuit;
  readonly #bulkhead;
  readonly #budget = new RetryBudget();

  constructor(options: ServiceClientOptions) {
    const { baseUrl, service = baseUrl, memory, mostAtOnce = MOST_AT_ONCE } = options;
    const { halfOpenAfterMs = HALF_OPEN_AFTER_MS } = options;
    this.#options = options;
    this.#circuit = new Circuit({ service, halfOpenAfterMs, memory });
    this.#bulkhead = bulkhead(mostAtOnce);
  }

  /** GET, which may be repeated: it changes nothing. */
  async get(path: string, headers: Record<string, string>): Promise<ServiceAnswer> {
    const { sign, timeoutMs = TIMEOUT_MS, baseUrl, service = baseUrl } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    this.#budget.deposit();
    const tries = new Tries(this.#options, headers);
    try {
      const send = async (): Promise<ServiceAnswer> => {
        const { baseUrl: place, policy } = await tries.next();
        const url = new URL(path, place);
        const answer = await inCall({ name: service, method: 'GET', url: url.pathname }, headers, async (traced) => {
          const signed = sign ? await sign(url, traced) : traced;
          return getJson(url, { headers: signed, signal, policy });
        });
        return { outcome: 'answered', ...answer };
      };
      return await this.#bulkhead.execute(
        () => this.#retrying(tries, signal).execute(() => this.#circuit.execute(send), signal),
        signal,
      );
    } catch (error) {
      const isFull = isBulkheadRejectedError(error);
      const outcome = signal.aborted && !isFull && !isBrokenCircuitError(error) ? 'timeout' : 'unavailable';
      log.warn('call of another service failed', { path, outcome, error });
      return { outcome };
    }
  }

  #retrying(tries: Tries, signal: AbortSignal) {
    const mayRetry = () => tries.made <= RETRIES && !signal.aborted && this.#budget.withdraw();
    const isWorthIt = (error: unknown) => !isBrokenCircuitError(error) && mayRetry();
    return retry(handleWhen(isWorthIt), { maxAttempts: RETRIES, backoff: new ExponentialBackoff(BACKOFF) });
  }
}

interface Place {
  baseUrl: string;
  policy?: AddressPolicy;
}

/** Where the tries of one call go: to the instances in random order, or to the base URL. */
class Tries {
  readonly #options: ServiceClientOptions;
  readonly #headers: Record<string, string>;
  #places: Place[] | undefined;
  made = 0;

  constructor(options: ServiceClientOptions, headers: Record<string, string>) {
    this.#options = options;
    this.#headers = headers;
  }

  async next(): Promise<Place> {
    this.made++;
    this.#places ??= await this.#find();
    const place = this.#places.shift() as Place;
    this.#places.push(place);
    return place;
  }

  async #find(): Promise<Place[]> {
    const { discovery, service = '', baseUrl, policy } = this.#options;
    const found = (await discovery?.find(service, this.#headers)) ?? [];
    return found.length > 0 ? inRandomOrder(found).map((url) => ({ baseUrl: url, policy })) : [{ baseUrl }];
  }
}

function inRandomOrder<T>(items: T[]): T[] {
  const dealt = items.map((item) => ({ item, at: Math.random() }));
  return dealt.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
