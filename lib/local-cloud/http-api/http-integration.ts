import type { CloudContext } from '../core/service.ts';
import { type ApiResponse, type Exchange, GatewayError, serviceUnavailable } from './exchange.ts';
import type { Integration } from './model.ts';
import { fill } from './selection-expression.ts';

/** What belongs to one connection and must not travel on to the next. */
const PER_CONNECTION = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'set-cookie',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Passes the request on to another HTTP server and its answer back. */
export async function forwardHttp(
  context: CloudContext,
  exchange: Exchange,
  integration: Integration,
): Promise<ApiResponse> {
  const waiting = new AbortController();
  let timedOut = false;
  const cancelTimer = context.clock.schedule(integration.timeoutMs, () => {
    timedOut = true;
    waiting.abort();
  });
  try {
    return await send(exchange, integration, waiting.signal);
  } catch (error) {
    exchange.integration.error = timedOut ? 'Endpoint request timed out' : String(error);
    throw timedOut ? new GatewayError(504, 'Gateway Timeout') : serviceUnavailable();
  } finally {
    cancelTimer();
  }
}

async function send(exchange: Exchange, integration: Integration, signal: AbortSignal): Promise<ApiResponse> {
  const { request } = exchange;
  const method = integration.method && integration.method !== 'ANY' ? integration.method : request.method;
  const headers = new Headers(forwardable(Object.entries(request.headers)));
  if (request.cookies.length > 0) headers.set('cookie', request.cookies.join('; '));
  headers.set('forwarded', `by=${exchange.api.apiId};for=${request.sourceIp};host=${request.host};proto=http`);
  const answer = await fetch(targetUrl(exchange, integration), {
    method,
    headers,
    ...(request.body.length > 0 && { body: new Uint8Array(request.body) }),
    redirect: 'manual',
    signal,
  });
  return {
    status: answer.status,
    headers: forwardable([...answer.headers]),
    cookies: answer.headers.getSetCookie(),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

/** Path variables of the route stand in the integration's URI; the `$default` route sends the whole path on. */
function targetUrl(exchange: Exchange, { uri }: Integration): URL {
  const withVariables = fill(uri, exchange).replace(
    /\{(\w+)\+?\}/g,
    (placeholder, name: string) => exchange.pathParameters[name] ?? placeholder,
  );
  const url = new URL(withVariables);
  if (exchange.route?.routeKey === '$default') url.pathname = url.pathname.replace(/\/$/, '') + exchange.path;
  for (const [name, value] of exchange.request.query) url.searchParams.append(name, value);
  return url;
}

function forwardable(headers: [string, string][]): Record<string, string> {
  return Object.fromEntries(headers.filter(([name]) => !PER_CONNECTION.has(name)));
}
