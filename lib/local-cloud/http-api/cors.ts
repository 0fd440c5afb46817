import type { ApiResponse, Exchange } from './exchange.ts';
import type { CorsConfiguration } from './model.ts';

/** A browser asks for permission before it sends the request itself. */
export function isPreflight({ api, request }: Exchange): boolean {
  const { origin, 'access-control-request-method': method } = request.headers;
  return api.cors !== undefined && request.method === 'OPTIONS' && origin !== undefined && method !== undefined;
}

export function preflightResponse({ api, request }: Exchange): ApiResponse {
  const cors = api.cors ?? {};
  const headers = originHeaders(cors, request.headers.origin);
  if (headers['access-control-allow-origin']) {
    addList(headers, 'access-control-allow-methods', cors.AllowMethods);
    addList(headers, 'access-control-allow-headers', cors.AllowHeaders);
    if (cors.MaxAge !== undefined) headers['access-control-max-age'] = String(cors.MaxAge);
  }
  return { status: 204, headers, cookies: [], body: Buffer.alloc(0) };
}

/** With CORS configured on the API the integration's own CORS headers do not count. */
export function withoutOwnCorsHeaders({ api }: Exchange, response: ApiResponse): ApiResponse {
  if (!api.cors) return response;
  const kept = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  return { ...response, headers: Object.fromEntries(kept) };
}

export function withCorsHeaders({ api, request }: Exchange, response: ApiResponse): ApiResponse {
  if (!api.cors) return response;
  return { ...response, headers: { ...response.headers, ...originHeaders(api.cors, request.headers.origin) } };
}

function originHeaders(cors: CorsConfiguration, origin: string | undefined): Record<string, string> {
  const allowed = origin === undefined ? undefined : allowedOrigin(cors.AllowOrigins ?? [], origin);
  if (allowed === undefined) return {};
  const headers: Record<string, string> = { 'access-control-allow-origin': allowed };
  if (allowed !== '*') headers.vary = 'Origin';
  if (cors.AllowCredentials) headers['access-control-allow-credentials'] = 'true';
  addList(headers, 'access-control-expose-headers', cors.ExposeHeaders);
  return headers;
}

/** Origins are named in full, or as `*`, `https://*` or `http://*`. */
function allowedOrigin(allowed: string[], origin: string): string | undefined {
  if (allowed.includes('*')) return '*';
  const matches = allowed.some((entry) =>
    entry.endsWith('*') ? origin.startsWith(entry.slice(0, -1)) : entry === origin,
  );
  return matches ? origin : undefined;
}

function addList(headers: Record<string, string>, name: string, values: string[] | undefined): void {
  if (values && values.length > 0) headers[name] = values.join(',');
}
