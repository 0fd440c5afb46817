// Not fetch: Node loads undici for it, 46 ms of a cold start, while the SDK has brought these two in already.
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import {
  CountBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  isBrokenCircuitError,
  retry,
  wrap,
} from 'cockatiel';
import { log } from './log.ts';

export interface ServiceClientOptions {
  /** Such as `https://api.example.com`. */
  baseUrl: string;
  /** How long a call may take, its repetitions included, ms. */
  timeoutMs?: number;
  /** How long an open circuit stays open before one call may try, ms. */
  halfOpenAfterMs?: number;
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
/** Tries after the first one. */
const RETRIES = 2;
/** Bounds of the random pause between tries, ms. */
const BACKOFF = { initialDelay: 50, maxDelay: 200 };
/**
 * The circuit opens when more than half of the last 10 tries failed. By number and not by time: an execution
 * environment serves one request after the other, so a rate per second would say little.
 */
const BREAKER = { threshold: 0.5, size: 10, minimumNumberOfCalls: 5 };

const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };

/**
 * Reads from another service, and never throws: callers decide what to do without the answer. Each try counts for the
 * circuit breaker, so that a service in trouble is soon left alone; while the circuit is open nothing is sent.
 */
export class ServiceClient {
  readonly #baseUrl: string;
  readonly #timeoutMs: number;
  readonly #policy;

  constructor({ baseUrl, timeoutMs = TIMEOUT_MS, halfOpenAfterMs = HALF_OPEN_AFTER_MS }: ServiceClientOptions) {
    this.#baseUrl = baseUrl;
    this.#timeoutMs = timeoutMs;
    const isWorthRetrying = (error: unknown) => !isBrokenCircuitError(error);
    this.#policy = wrap(
      retry(handleWhen(isWorthRetrying), { maxAttempts: RETRIES, backoff: new ExponentialBackoff(BACKOFF) }),
      circuitBreaker(handleAll, { breaker: new CountBreaker(BREAKER), halfOpenAfter: halfOpenAfterMs }),
    );
  }

  /** GET, which may be repeated: it changes nothing. */
  async get(path: string, headers: Record<string, string>): Promise<ServiceAnswer> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      return await this.#policy.execute(() => this.#send(path, headers, signal), signal);
    } catch (error) {
      const outcome = signal.aborted ? 'timeout' : 'unavailable';
      const correlation_id = headers['x-correlation-id'];
      log.warn('call of another service failed', { path, outcome, correlation_id, error: error as Error });
      return { outcome };
    }
  }

  async #send(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<ServiceAnswer> {
    const response = await open(new URL(path, this.#baseUrl), headers, signal);
    const body = await text(response);
    const status = response.statusCode ?? 0;
    if (status >= 500) throw new Error(`${path} answered ${status}.`);
    return { outcome: 'answered', status, body: JSON.parse(body) };
  }
}

function open(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<http.IncomingMessage> {
  const secure = url.protocol === 'https:';
  const options = {
    headers: { accept: 'application/json', ...headers },
    signal,
    agent: secure ? agents.https : agents.http,
  };
  return new Promise((resolve, reject) => {
    const request = secure ? https.get(url, options, resolve) : http.get(url, options, resolve);
    request.on('error', reject);
  });
}
