import { LONGEST_PATH_PARAMETER } from '#lib/runtime/http/path-parameters.ts';
import type { ApiVersion, RouteContract } from '#lib/runtime/http/route.ts';
import { toJsonSchema } from './json-schema.ts';
import type { OpenApiParameter } from './openapi-document.ts';
import { pathOf } from './routes.ts';

const text = { type: 'string' };

/** Headers of answers. */
export const HEADERS = {
  'X-Correlation-Id': {
    description: 'The one of the request, or a new one: the same in all that follows.',
    schema: text,
  },
  traceparent: { description: 'W3C trace context.', schema: text },
  ETag: { description: 'The version of what is answered, for If-Match.', schema: text },
  Location: { description: 'Where it is to be read.', schema: text },
  Deprecation: { description: 'Since when this version is deprecated (RFC 9745).', schema: text },
  Sunset: { description: 'When this version goes (RFC 8594).', schema: text },
  'Retry-After': { description: 'Seconds to wait before the next try.', schema: text },
  RateLimit: { description: 'What is left of the limit, and for how many seconds.', schema: text },
  'RateLimit-Policy': { description: 'The limit: q requests in w seconds.', schema: text },
  'WWW-Authenticate': { description: 'Bearer: how to say who calls.', schema: text },
  Vary: { description: 'Accept: it may ask for another version.', schema: text },
};

/** Headers that any request may have. */
export const SHARED_PARAMETERS = {
  CorrelationId: {
    name: 'X-Correlation-Id',
    in: 'header',
    description: 'Comes back in the answer and goes with every event that follows.',
    schema: { type: 'string', maxLength: 128 },
  },
  Traceparent: { name: 'traceparent', in: 'header', description: 'W3C trace context to go on with.', schema: text },
};

/** The names of the headers that every answer of a route has; without a route those of every answer at all. */
export function headerNamesOf(contract?: RouteContract, version?: ApiVersion): string[] {
  const versions = contract?.v2 ? [...(version === 1 ? ['Deprecation', 'Sunset'] : []), 'Vary'] : [];
  const limits = contract?.rateLimit ? ['RateLimit', 'RateLimit-Policy'] : [];
  return ['X-Correlation-Id', 'traceparent', ...(contract?.headers ?? []), ...limits, ...versions];
}

export function headersOf(contract?: RouteContract, version?: ApiVersion): Record<string, { $ref: string }> {
  const names = headerNamesOf(contract, version);
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** What a request says beside its path and its body: the query, and headers that count. */
export function parametersOf(contract: RouteContract): OpenApiParameter[] {
  return [...queryParameters(contract), ...headerParameters(contract)];
}

export function pathParametersOf(contract: RouteContract): OpenApiParameter[] {
  const names = [...pathOf(contract).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const schema = { type: 'string', maxLength: LONGEST_PATH_PARAMETER };
  return names.map((name) => ({ name, in: 'path', required: true, schema }));
}

function queryParameters({ query }: RouteContract): OpenApiParameter[] {
  const { properties = {}, required = [] } = query ? toJsonSchema(query, 'input') : {};
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: 'query', ...(required.includes(name) && { required: true }), schema };
  });
}

function headerParameters({ idempotencyKey, answers, problems = {} }: RouteContract): OpenApiParameter[] {
  const key: OpenApiParameter = {
    name: 'Idempotency-Key',
    in: 'header',
    required: idempotencyKey === 'required',
    description: 'New for each new request; a repetition with the same key is answered as the first.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  };
  const match: OpenApiParameter = {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag that was read: 412 if it is no longer the current one.',
    schema: { type: 'string' },
  };
  const noneMatch: OpenApiParameter = {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag that is known: 304 if it is still the current one.',
    schema: { type: 'string' },
  };
  return [...(idempotencyKey ? [key] : []), ...(problems[412] ? [match] : []), ...(304 in answers ? [noneMatch] : [])];
}
