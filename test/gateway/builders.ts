import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { LiveRoute } from '#functions/gateway/live-route.ts';

export function aLiveRoute(route: Partial<LiveRoute> = {}): LiveRoute {
  return {
    route_id: 'r1',
    path_pattern: '/shop/*',
    service_name: 'monolith',
    timeout_ms: 30_000,
    retry_attempts: 3,
    circuit_breaker_enabled: true,
    token_required: true,
    pass_token: false,
    headers: [],
    created_at: '2026-11-22T12:00:00.000Z',
    updated_at: '2026-11-22T12:00:00.000Z',
    version: 1,
    ...route,
  };
}

type Event = APIGatewayProxyEventV2;

/** A request as API Gateway gives it to `$default`. */
export function anEvent(method: string, path: string, rest: Partial<Event> = {}): Event {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      domainName: 'api.example.com',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: '' },
    } as Event['requestContext'],
    ...rest,
  };
}
