import * as z from 'zod/mini';
import type { RouteContract } from '#lib/runtime/http/route.ts';
import { pathOf } from './routes.ts';

/** What every problem looks like (RFC 9457), as lib/runtime/http/problem.ts makes it. */
export const Problem = z
  .strictObject({
    type: z.string().check(z.regex(/^urn:bazaar:problem:[a-z0-9-]+$/)),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    /** Id of the request: leads to its lines in the log. */
    instance: z.string(),
    errors: z.optional(z.array(z.strictObject({ field: z.string(), message: z.string() }))),
  })
  .register(z.globalRegistry, { title: 'Problem' });

/** The headers that come with problems of these codes. */
export const PROBLEM_HEADERS: Record<string, string> = {
  UNAUTHORIZED: 'WWW-Authenticate',
  TOO_MANY_REQUESTS: 'Retry-After',
  BUSY: 'Retry-After',
};

/** The codes of the problems that a route may answer, by status: its own and those that come with what it takes. */
export function problemsOf(contract: RouteContract): Record<number, string[]> {
  const { auth, body, rawBody, query, idempotencyKey, rateLimit, problems = {} } = contract;
  const takesInput = Boolean(body || query || idempotencyKey || pathOf(contract).includes('{'));
  const guarded = auth !== 'public';
  const implied: [status: number, code: string, applies: boolean][] = [
    [400, 'VALIDATION_FAILED', takesInput],
    [401, 'UNAUTHORIZED', guarded],
    [403, 'FORBIDDEN', auth === 'admin'],
    [413, 'PAYLOAD_TOO_LARGE', Boolean(body ?? rawBody)],
    [415, 'UNSUPPORTED_MEDIA_TYPE', Boolean(body)],
    [429, 'TOO_MANY_REQUESTS', Boolean(rateLimit)],
    [503, 'TOKEN_CHECK_UNAVAILABLE', guarded],
  ];
  const all = structuredClone(problems);
  for (const [status, code] of implied.filter(([, , applies]) => applies)) {
    all[status] = [...new Set([code, ...(all[status] ?? [])])];
  }
  return all;
}
