import type { Clock } from '../core/clock.ts';
import { GatewayError } from './exchange.ts';
import type { HttpApi, Route, RouteSettings, Stage } from './model.ts';

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** What an account may do in a region where a stage sets only one of the two limits. */
const ACCOUNT_RATE_PER_SECOND = 10_000;
const ACCOUNT_BURST = 5_000;

/** The limits of a route in a stage: its own where it has some, else the stage's defaults. */
export function settingsOf(stage: Stage, route: Route): RouteSettings {
  return { ...stage.defaultRouteSettings, ...stage.routeSettings[route.routeKey] };
}

/** Token buckets, one for each route of each stage that sets limits. */
export class Throttle {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws 429 when the route's bucket is empty. */
  take(api: HttpApi, stage: Stage, route: Route): void {
    const { ThrottlingBurstLimit, ThrottlingRateLimit } = settingsOf(stage, route);
    if (ThrottlingBurstLimit === undefined && ThrottlingRateLimit === undefined) return;
    const burst = ThrottlingBurstLimit ?? ACCOUNT_BURST;
    const bucket = this.#refill(`${api.apiId}/${stage.name}/${route.routeKey}`, burst, ThrottlingRateLimit);
    if (bucket.tokens < 1) throw new GatewayError(429, 'Too Many Requests');
    bucket.tokens -= 1;
  }

  #refill(key: string, burst: number, ratePerSecond = ACCOUNT_RATE_PER_SECOND): Bucket {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAtMs: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAtMs) / 1000) * ratePerSecond);
    bucket.filledAtMs = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
