import { ExponentialBackoff, fullJitterGenerator, handleWhen, isBrokenCircuitError, retry } from 'cockatiel';
import { circuitRows } from '#lib/runtime/aws/circuit-rows.ts';
import { AppError } from '#lib/runtime/errors.ts';
import { RetryBudget } from '#lib/runtime/retry-budget.ts';
import { inCall } from '#lib/runtime/tracing/call.ts';
import type { ServiceAnswer } from './answer-to-client.ts';
import { BadGateway, CircuitOpen, GatewayTimeout } from './gateway-problems.ts';
import type { LiveRoute } from './live-route.ts';
import type { ServiceRequest } from './request-to-service.ts';
import { HALF_OPEN_AFTER_MS, RouteCircuits } from './route-circuits.ts';
import { send } from './send.ts';

/** API Gateway ends a request after 30 s: our own 504 has to come before, with time for what stands around the call. */
const LONGEST_EXCHANGE_MS = 28_000;
/** RFC 9110, 9.2.2: what may be sent twice. */
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];
/** Another instance may do better after these; not after 500, which is the service's own answer. */
const WORTH_REPEATING = [502, 503, 504];
/** Bounds of the random pause between tries, ms. */
const BACKOFF = { generator: fullJitterGenerator, initialDelay: 50, maxDelay: 1_000 };

const circuits = new RouteCircuits(circuitRows);
const budgets = new Map<string, RetryBudget>();

/**
 * Sends the request to one of the instances and, where it may be repeated and that may help, to others. Throws
 * {@link BadGateway}, {@link CircuitOpen} or {@link GatewayTimeout}.
 */
export async function forward(request: ServiceRequest, route: LiveRoute, instances: string[]): Promise<ServiceAnswer> {
  const { service_name: service } = route;
  const timeoutMs = Math.min(route.timeout_ms, LONGEST_EXCHANGE_MS);
  const signal = AbortSignal.timeout(timeoutMs);
  const waiting = inRandomOrder(instances);
  const budget = budgetOf(service);
  const call = { name: service, method: request.method, url: route.path_pattern };
  const ask = (instance: string) =>
    inCall(call, request.headers, (headers) => send(instance, { ...request, headers }, signal));
  budget.deposit();
  try {
    const mayRepeat = () => IDEMPOTENT.includes(request.method) && !signal.aborted && budget.withdraw();
    return await retry(
      handleWhen((error) => isWorthRepeating(error) && mayRepeat()).orWhenResult(
        (answer) => WORTH_REPEATING.includes((answer as ServiceAnswer).status) && mayRepeat(),
      ),
      { maxAttempts: route.retry_attempts, backoff: new ExponentialBackoff(BACKOFF) },
    ).execute(() => tryInstances(waiting, route, ask), signal);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (signal.aborted) throw new GatewayTimeout(`${service} did not answer within ${timeoutMs} ms.`, { cause });
    throw new BadGateway(`${service} could not be reached or broke off its answer.`, { cause });
  }
}

/** Asks the instance that waits longest, so that a repetition meets another one; who is asked waits behind the others. */
async function tryInstances(
  waiting: string[],
  route: LiveRoute,
  ask: (instance: string) => Promise<ServiceAnswer>,
): Promise<ServiceAnswer> {
  for (const instance of [...waiting]) {
    waiting.push(waiting.shift() as string);
    try {
      return await (route.circuit_breaker_enabled
        ? circuits.of(route, instance).execute(() => ask(instance))
        : ask(instance));
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
    }
  }
  throw new CircuitOpen(route.service_name, HALF_OPEN_AFTER_MS / 1_000);
}

function isWorthRepeating(error: unknown): boolean {
  return !(error instanceof AppError);
}

function budgetOf(service: string): RetryBudget {
  const budget = budgets.get(service) ?? new RetryBudget();
  budgets.set(service, budget);
  return budget;
}

function inRandomOrder<T>(items: T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
