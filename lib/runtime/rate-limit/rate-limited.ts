import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import { RateLimited } from '../errors.ts';
import type { HttpRequest } from '../http/http-handler.ts';
import type { HttpResponse } from '../http/response.ts';
import type { RouteContract } from '../http/route.ts';
import { log } from '../log.ts';
import { bucketTable } from './bucket-table.ts';
import { RateLimiter, type Verdict } from './rate-limiter.ts';
import type { RateLimit } from './token-bucket.ts';

/** Whose requests count together: a user's, or, of those who are not known, an address's. */
export interface Origin {
  user_id: string;
  sourceIp: string;
}

/** One for all requests of an execution environment: what it has taken of a bucket it uses up before it asks again. */
const limiter = new RateLimiter(bucketTable);

/** Puts the limit that the contract of a route says around its handler. The function needs `UpdateItem` on its table. */
export function rateLimited<Body extends z.ZodMiniType, Query extends z.ZodMiniType>(
  { operation, rateLimit }: RouteContract<Body, Query>,
  serve: (request: HttpRequest<z.infer<Body>, z.infer<Query>>) => Promise<HttpResponse>,
) {
  if (!rateLimit) throw new Error(`The contract of ${operation} names no rate limit.`);
  const limit = { name: operation, ...rateLimit };
  return async (request: HttpRequest<z.infer<Body>, z.infer<Query>>): Promise<HttpResponse> => {
    const { caller, sourceIp, now } = request;
    const headers = await mustBeWithin(limit, { user_id: caller.user_id, sourceIp }, now);
    const response = await serve(request);
    return { ...response, headers: { ...response.headers, ...headers } };
  };
}

/**
 * Counts a request. Resolves to the headers that tell the client how much is left; throws {@link RateLimited} when that
 * is nothing. While the table cannot be reached nobody is refused: a limit protects from a few, and its own failure must
 * not shut out all.
 */
export async function mustBeWithin(
  limit: RateLimit,
  { user_id, sourceIp }: Origin,
  now: Date,
): Promise<Record<string, string>> {
  const verdict = await limiter
    .decide(bucketOf(limit, user_id ? `user ${user_id}` : `address ${sourceIp}`), limit, now.getTime())
    .catch((error: unknown) => {
      log.error('limit not checked: request let through', { limit: limit.name, error });
    });
  if (!verdict) return {};
  const headers = rateLimitHeaders(verdict);
  if (!verdict.isAllowed) throw new RateLimited(verdict.seconds, headers);
  return headers;
}

/** Users and addresses do not stand in tables and backups of limits in plain words. */
function bucketOf({ name }: RateLimit, origin: string): string {
  return `${name}#${createHash('sha256').update(origin).digest('base64url').slice(0, 22)}`;
}

/** draft-ietf-httpapi-ratelimit-headers-10: the policy, and what is left of it. */
export function rateLimitHeaders({ limit, remaining, seconds }: Verdict): Record<string, string> {
  return {
    'ratelimit-policy': `"${limit.name}";q=${limit.perMinute};w=60`,
    ratelimit: `"${limit.name}";r=${remaining};t=${seconds}`,
  };
}
