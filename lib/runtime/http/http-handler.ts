import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { Cause } from '#events/event.ts';
import { ANONYMOUS, type Caller, mustBeAdmin } from '../auth/caller.ts';
import { callingService, ON_BEHALF_OF } from '../auth/calling-service.ts';
import { verifyToken } from '../auth/verify-token.ts';
import { IdempotencyKeyMissing, Unauthorized, ValidationFailed } from '../errors.ts';
import { annotate, inPart } from '../tracing/traced.ts';
import { validated } from '../validation.ts';
import { versionedResponses } from './api-versions.ts';
import { jsonBody, rawBody } from './json-body.ts';
import { pathParameters } from './path-parameters.ts';
import { problemResponses } from './problem-responses.ts';
import { causeOf, tracedResponses } from './request-cause.ts';
import { requestLine } from './request-line.ts';
import type { HttpResponse } from './response.ts';
import { type ApiVersion, type RouteContract, versionOf } from './route.ts';
import { safeResponses } from './safe-responses.ts';
import { tracedRequest } from './traced-request.ts';

const NOTHING = Buffer.alloc(0);

/** A request whose caller is known and whose input has been checked. */
export interface HttpRequest<Body, Query> {
  caller: Caller;
  body: Body;
  /** The bytes of the body, where the contract says that the handler wants them; nothing otherwise. */
  rawBody: Buffer;
  query: Query;
  params: Record<string, string>;
  headers: Record<string, string | undefined>;
  idempotencyKey: string | undefined;
  version: ApiVersion;
  /** Address that the request came from. */
  sourceIp: string;
  cause: Cause;
  now: Date;
}

/**
 * Makes the Lambda handler of one route. Around `serve` it checks the token, the role, the key and the input, carries
 * correlation id and trace context through, answers errors as problem+json, and writes a line of what it came to.
 */
export function httpHandler<Body extends z.ZodMiniType, Query extends z.ZodMiniType>(
  contract: RouteContract<Body, Query>,
  serve: (request: HttpRequest<z.infer<Body>, z.infer<Query>>) => Promise<HttpResponse>,
) {
  const answer = middy()
    .use(safeResponses())
    .use(tracedResponses())
    .use(versionedResponses(contract))
    .use(problemResponses())
    .handler(async (event: APIGatewayProxyEventV2, _context: Context) => {
      const caller = await inPart({ name: 'authorizer' }, () => identify(event, contract));
      if (caller.user_id) annotate({ user_id: caller.user_id });
      const params = pathParameters(event);
      const idempotencyKey = idempotencyKeyOf(event, contract.idempotencyKey);
      const version = versionOf(contract, event.rawPath, event.headers.accept);
      const body = version === 2 ? (contract.v2?.body ?? contract.body) : contract.body;
      return serve({
        caller,
        idempotencyKey,
        version,
        sourceIp: event.requestContext.http.sourceIp,
        rawBody: contract.rawBody ? rawBody(event) : NOTHING,
        body: (body && validated(body, jsonBody(event))) as z.infer<Body>,
        query: (contract.query && validated(contract.query, event.queryStringParameters ?? {})) as z.infer<Query>,
        params,
        headers: event.headers,
        cause: causeOf(event),
        now: new Date(),
      });
    });
  return tracedRequest((event, context) => requestLine(event, contract, () => answer(event, context)));
}

/**
 * Makes the Lambda handler of a route that takes any request as it is and answers in its own words. Correlation id,
 * trace context and problems are as with {@link httpHandler}; all else is for `serve` to do.
 */
export function rawHttpHandler(serve: (event: APIGatewayProxyEventV2, cause: Cause) => Promise<HttpResponse>) {
  const answer = middy()
    // What somebody else has answered is theirs to guard.
    .use({ onError: safeResponses().onError })
    .use(tracedResponses())
    .use(problemResponses())
    .handler((event: APIGatewayProxyEventV2, _context: Context) => serve(event, causeOf(event)));
  return tracedRequest((event, context) => requestLine(event, {}, () => answer(event, context)));
}

type Admission = Pick<RouteContract, 'auth' | 'internal'>;

/** Who sent the request. Throws {@link Unauthorized} without a valid token, and `Forbidden` for the wrong role. */
export async function identify(event: APIGatewayProxyEventV2, { auth, internal }: Admission): Promise<Caller> {
  const service = callingService(event);
  if (service && internal === 'for themselves') return { user_id: '', role: 'service', service };
  if (auth === 'public') return ANONYMOUS;
  const authorization = service ? event.headers[ON_BEHALF_OF] : event.headers.authorization;
  const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '') ?? [];
  if (!token || (service && !internal)) throw new Unauthorized();
  const caller = await verifyToken(token);
  if (auth === 'admin') mustBeAdmin(caller);
  return { ...caller, ...(service && { service }) };
}

function idempotencyKeyOf(event: APIGatewayProxyEventV2, wanted: 'required' | 'optional' | undefined) {
  const key = event.headers['idempotency-key'];
  if (wanted === 'required' && !key) throw new IdempotencyKeyMissing();
  if (wanted && key && !/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = 'One to 255 visible ASCII characters';
    throw new ValidationFailed([{ field: 'Idempotency-Key', message }]);
  }
  return wanted && key;
}
