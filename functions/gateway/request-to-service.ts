import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Cause } from '#events/event.ts';
import type { Caller } from '#lib/runtime/auth/caller.ts';
import { LoopDetected } from './gateway-problems.ts';
import { endToEndHeaders } from './hop-by-hop.ts';
import { fillIn } from './path-pattern.ts';
import type { FoundRoute } from './route-finder.ts';

/** A request as a service gets it, whichever instance that is. */
export interface ServiceRequest {
  method: string;
  /** With the query string. */
  path: string;
  headers: Record<string, string | string[]>;
  body: Buffer | undefined;
}

/** What we are called in `Via` (RFC 9110, 7.6.3). */
export const PSEUDONYM = 'bazaar-gateway';

/**
 * Headers that say who calls or where from, as we know it and not as the caller says it. Some servers read `_` in a
 * name as `-`, so those forms go too.
 */
const OURS = /^(x[-_]bazaar[-_].*|x[-_]forwarded[-_].*|x[-_]real[-_]ip|forwarded)$/;
const NOT_PASSED_ON = new Set(['host', 'content-length', 'expect', 'authorization', 'cookie']);

/** Makes of a client's request the one that the service gets. */
export function requestToService(
  event: APIGatewayProxyEventV2,
  { route, parameters }: FoundRoute,
  { caller, cause }: { caller: Caller; cause: Cause },
): ServiceRequest {
  const path = route.rewrite ? fillIn(route.rewrite, parameters) : event.rawPath;
  const sent = Object.entries(endToEndHeaders(event.headers)).filter(([name]) => {
    return !OURS.test(name) && !NOT_PASSED_ON.has(name);
  });
  const headers: ServiceRequest['headers'] = {
    ...Object.fromEntries(sent),
    ...(route.pass_token && event.headers.authorization && { authorization: event.headers.authorization }),
    ...(event.cookies && { cookie: event.cookies.join('; ') }),
    ...originHeaders(event),
    ...callerHeaders(caller),
    'x-correlation-id': cause.correlation_id,
    traceparent: cause.traceparent,
    via: viaAfter(event.headers.via),
    ...Object.fromEntries(route.headers.map(({ name, value }) => [name, value])),
  };
  const body =
    event.body === undefined ? undefined : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (body) headers['content-length'] = String(body.length);
  const query = event.rawQueryString ? `?${event.rawQueryString}` : '';
  return { method: event.requestContext.http.method, path: encodedPath(path) + query, headers, body };
}

/** Where the request comes from: the address that API Gateway saw, not those that the caller says it is forwarded for. */
function originHeaders({ headers, requestContext }: APIGatewayProxyEventV2): Record<string, string> {
  return {
    'x-forwarded-for': requestContext.http.sourceIp,
    'x-forwarded-host': requestContext.domainName,
    'x-forwarded-proto': headers['x-forwarded-proto'] ?? 'https',
    ...(headers['x-forwarded-port'] && { 'x-forwarded-port': headers['x-forwarded-port'] }),
  };
}

function callerHeaders({ user_id, role }: Caller): Record<string, string> {
  return { 'x-bazaar-role': role, ...(user_id && { 'x-bazaar-user-id': user_id }) };
}

function viaAfter(via: string | undefined): string {
  if (via?.includes(PSEUDONYM)) throw new LoopDetected();
  return via ? `${via}, 1.1 ${PSEUDONYM}` : `1.1 ${PSEUDONYM}`;
}

/** API Gateway may have decoded what was encoded: no space and no letter beyond ASCII may stand in a request line. */
function encodedPath(path: string): string {
  return path.replaceAll(/%(?![0-9A-Fa-f]{2})|[^\w.~!$&'()*+,;=:@/%-]+/g, encodeURIComponent);
}
