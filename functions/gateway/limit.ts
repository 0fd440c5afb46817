import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller } from '#lib/runtime/auth/caller.ts';
import { mustBeWithin } from '#lib/runtime/rate-limit/rate-limited.ts';
import type { LiveRoute } from './live-route.ts';

/** Counts a request against the limit of its route. Resolves to the headers that tell of it; none without a limit. */
export async function withinLimit(
  { route_id, rate_limit_per_minute }: LiveRoute,
  event: APIGatewayProxyEventV2,
  { caller, now }: { caller: Caller; now: Date },
): Promise<Record<string, string>> {
  if (rate_limit_per_minute === undefined) return {};
  const origin = { user_id: caller.user_id, sourceIp: event.requestContext.http.sourceIp };
  const limit = { name: route_id, perMinute: rate_limit_per_minute };
  return mustBeWithin(limit, origin, now);
}
