import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';
import { Timestamp } from '#lib/runtime/http/schemas.ts';
import type { LiveRoute, RouteDetails } from './live-route.ts';
import { parsePattern } from './path-pattern.ts';

/** An HTTP API ends any request after 30 seconds: nothing that takes longer can be promised. */
const LONGEST_TIMEOUT_MS = 30_000;

const Method = z.enum(['GET', 'POST', 'PUT', 'DELETE', 'PATCH']);
const ServiceName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'The name of a registered service'));
const Pattern = z
  .string()
  .check(
    z.regex(/^\//, 'A pattern begins with /'),
    z.maxLength(255),
    z.refine(isPattern, 'Words, {parameters} and at the end * or {name+}, such as /shop/items/{id} or /shop/*'),
  );
const Template = z.string().check(z.regex(/^\/[\w.~!$&'()+,;=:@%{}*/-]{0,254}$/, 'A path, such as /items/{id}'));
/** RFC 9110, 5.6.2. Those that the gateway sets itself, or that belong to a connection, are not taken. */
const HeaderName = z.string().check(
  z.regex(/^[a-z][a-z0-9-]{0,62}$/, 'A name in lower case'),
  z.refine((name) => !OWN_HEADERS.test(name), 'The gateway sets this header itself'),
);
const OWN_HEADERS =
  /^(x-bazaar-.*|x-forwarded-.*|x-correlation-id|traceparent|tracestate|via|host|connection|content-length|transfer-encoding|te|trailer|upgrade|keep-alive|proxy-.*|authorization|cookie|expect)$/;
const HeaderValue = z.string().check(z.regex(/^[\x20-\x7e]{0,500}$/, 'At most 500 ASCII characters'));

const ShadowRequest = z.strictObject({
  service_name: ServiceName,
  rewrite: z.optional(Template),
  /** How much longer than the service the shadow may take before the client is answered. */
  wait_ms: z._default(z.int().check(z.gte(0), z.lte(2_000)), 200),
  /** Fields of JSON answers that may differ. */
  ignore: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(100))).check(z.maxLength(20)), []),
});

const RouteRequest = z.pipe(
  z.strictObject({
    path_pattern: Pattern,
    service_name: ServiceName,
    /** Without one, or with null: all methods. */
    method: z.optional(z.nullable(Method)),
    /** For each caller; without one, or with null, there is no limit. */
    rate_limit_per_minute: z.optional(z.nullable(z.int().check(z.gte(1), z.lte(1_000_000)))),
    /** For the whole exchange. API Gateway ends it after 30 s, so we answer 504 after 28 s at the latest. */
    timeout_ms: z._default(z.int().check(z.gte(1), z.lte(LONGEST_TIMEOUT_MS)), LONGEST_TIMEOUT_MS),
    /** Further tries after the first: only of methods that may be repeated. */
    retry_attempts: z._default(z.int().check(z.gte(0), z.lte(5)), 3),
    circuit_breaker_enabled: z._default(z.boolean(), true),
    token_required: z._default(z.boolean(), true),
    /** Whether the service gets the caller's token. It could use it as the caller. */
    pass_token: z._default(z.boolean(), false),
    rewrite: z.optional(z.nullable(Template)),
    headers: z._default(z.array(z.strictObject({ name: HeaderName, value: HeaderValue })).check(z.maxLength(20)), []),
    shadow: z.optional(z.nullable(ShadowRequest)),
  }),
  z.transform((route): RouteDetails => {
    const { method, rate_limit_per_minute, rewrite, shadow, ...rest } = route;
    const given = { method, rate_limit_per_minute, rewrite, shadow };
    return { ...rest, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value != null)) };
  }),
);

const RouteAnswer = z.strictObject({
  route_id: z.string(),
  path_pattern: z.string(),
  service_name: z.string(),
  method: z.nullable(Method),
  rate_limit_per_minute: z.nullable(z.int()),
  timeout_ms: z.int(),
  retry_attempts: z.int(),
  circuit_breaker_enabled: z.boolean(),
  token_required: z.boolean(),
  pass_token: z.boolean(),
  rewrite: z.nullable(z.string()),
  headers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  shadow: z.nullable(
    z.strictObject({
      service_name: z.string(),
      rewrite: z.optional(z.string()),
      wait_ms: z.int(),
      ignore: z.array(z.string()),
    }),
  ),
  created_at: Timestamp,
  updated_at: Timestamp,
});

export const GetOpenapi = defineRoute({
  operation: 'getOpenapi',
  route: 'GET /openapi.json',
  summary: 'This contract, for programs (OpenAPI 3.1).',
  auth: 'public',
  answers: { 200: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }) },
});

export const GetDocs = defineRoute({
  operation: 'getDocs',
  route: 'GET /docs',
  summary: 'This contract, for people.',
  auth: 'public',
  mediaType: 'text/html',
  answers: { 200: z.string() },
});

export const ListRoutes = defineRoute({
  operation: 'listRoutes',
  route: 'GET /api/v1/routes',
  summary: 'List the live routes: what the gateway forwards to which registered service.',
  auth: 'admin',
  answers: { 200: z.strictObject({ routes: z.array(RouteAnswer) }) },
});

export const CreateRoute = defineRoute({
  operation: 'createRoute',
  route: 'POST /api/v1/routes',
  summary: 'Add a live route. In force within 5 seconds.',
  auth: 'admin',
  body: RouteRequest,
  answers: { 201: RouteAnswer },
  headers: ['ETag'],
  problems: { 409: ['ROUTE_EXISTS'], 422: ['ROUTE_SHADOWED', 'TOO_MANY_ROUTES'], 503: ['BUSY'] },
});

export const ReplaceRoute = defineRoute({
  operation: 'replaceRoute',
  route: 'PUT /api/v1/routes/{route_id}',
  summary: 'Replace a live route. In force within 5 seconds. If-Match guards against overwriting a newer version.',
  auth: 'admin',
  body: RouteRequest,
  answers: { 200: RouteAnswer },
  headers: ['ETag'],
  problems: {
    404: ['NOT_FOUND'],
    409: ['ROUTE_EXISTS'],
    412: ['PRECONDITION_FAILED'],
    422: ['ROUTE_SHADOWED'],
    503: ['BUSY'],
  },
});

export const DeleteRoute = defineRoute({
  operation: 'deleteRoute',
  route: 'DELETE /api/v1/routes/{route_id}',
  summary: 'Take a live route away. Its paths are unknown within 5 seconds.',
  auth: 'admin',
  answers: { 204: null },
  problems: { 404: ['NOT_FOUND'], 503: ['BUSY'] },
});

export function routeToApi({ version: _, ...route }: LiveRoute): z.infer<typeof RouteAnswer> {
  const { method = null, rate_limit_per_minute = null, rewrite = null, shadow = null } = route;
  const { route_id, path_pattern, service_name, timeout_ms, retry_attempts, circuit_breaker_enabled } = route;
  const { token_required, pass_token, headers, created_at, updated_at } = route;
  const serving = { route_id, path_pattern, service_name, method, rate_limit_per_minute, timeout_ms, retry_attempts };
  const rest = { circuit_breaker_enabled, token_required, pass_token, rewrite, headers, shadow };
  return { ...serving, ...rest, created_at, updated_at };
}

export function etag({ version }: LiveRoute): string {
  return `"${version}"`;
}

function isPattern(text: string): boolean {
  try {
    parsePattern(text);
    return true;
  } catch {
    return false;
  }
}
