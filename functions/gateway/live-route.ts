import { AppError, NotFound, ValidationFailed } from '#lib/runtime/errors.ts';
import { coveringRoute } from './native-routes.ts';
import { namesAskedFor, namesIn, type PathPattern, parsePattern, shapeOf } from './path-pattern.ts';

export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** A second service that gets the same reads, to be compared with the first one's answers. */
export interface Shadow {
  service_name: string;
  /** Path at the shadow; without one that of the route. */
  rewrite?: string;
  /** How much longer than the service the shadow may take before the client is answered, ms. */
  wait_ms: number;
  /** Fields of JSON answers that may differ, at any depth. */
  ignore: string[];
}

/** A row of the live route table: what is sent to which service, and how. */
export interface RouteDetails {
  path_pattern: string;
  service_name: string;
  /** Without one: all. */
  method?: RouteMethod;
  /** For each caller; without one there is no limit. */
  rate_limit_per_minute?: number;
  /** For the whole exchange with the service, repetitions included. */
  timeout_ms: number;
  /** Further tries after the first. */
  retry_attempts: number;
  circuit_breaker_enabled: boolean;
  /** Whether callers need a token. */
  token_required: boolean;
  /** Whether the service gets the caller's token. */
  pass_token: boolean;
  /** Path at the service, such as `/items/{id}`; without one the path as it came. */
  rewrite?: string;
  /** Headers that the service gets beside those of the request. */
  headers: { name: string; value: string }[];
  shadow?: Shadow;
}

export interface LiveRoute extends RouteDetails {
  route_id: string;
  created_at: string;
  updated_at: string;
  /** Counts the changes of this route. */
  version: number;
}

/** Far more than patterns with wildcards need, and few enough to be read whole in a moment. */
const MOST_ROUTES = 200;

export function addRoute(routes: LiveRoute[], routeId: string, details: RouteDetails, now: Date): LiveRoute {
  mustBePossible(details, routes);
  if (routes.length >= MOST_ROUTES) {
    throw new AppError(
      'TOO_MANY_ROUTES',
      422,
      `There are ${MOST_ROUTES} routes already: use patterns with * for more.`,
    );
  }
  const at = now.toISOString();
  return { ...details, route_id: routeId, created_at: at, updated_at: at, version: 1 };
}

/** Replaces all that the route says. Throws {@link NotFound} where there is none. */
export function replaceRoute(routes: LiveRoute[], routeId: string, details: RouteDetails, now: Date): LiveRoute {
  const { created_at, version } = routeOf(routes, routeId);
  mustBePossible(
    details,
    routes.filter(({ route_id }) => route_id !== routeId),
  );
  return { ...details, route_id: routeId, created_at, updated_at: now.toISOString(), version: version + 1 };
}

export function routeOf(routes: LiveRoute[], routeId: string): LiveRoute {
  const route = routes.find(({ route_id }) => route_id === routeId);
  if (!route) throw new NotFound('route');
  return route;
}

/** A route has to be in force once it is written: not behind another of the table, nor behind one of API Gateway's. */
function mustBePossible({ path_pattern, method, rewrite, shadow }: RouteDetails, others: LiveRoute[]): void {
  const pattern = parsePattern(path_pattern);
  mustKnowNames(pattern, { rewrite, 'shadow.rewrite': shadow?.rewrite });
  const native = method && coveringRoute(pattern, method);
  if (native) {
    const detail = `${native} is served without the live route table: a route for it would never be in force.`;
    throw new AppError('ROUTE_SHADOWED', 422, detail);
  }
  const same = others.find((other) => {
    return other.method === method && shapeOf(parsePattern(other.path_pattern)) === shapeOf(pattern);
  });
  if (same) throw new AppError('ROUTE_EXISTS', 409, `The route ${same.route_id} serves these paths: change that one.`);
}

function mustKnowNames(pattern: PathPattern, templates: Record<string, string | undefined>): void {
  const known = namesIn(pattern);
  const wrong = Object.entries(templates).filter(([, template = '']) => {
    return namesAskedFor(template).some((name) => !known.includes(name));
  });
  if (wrong.length === 0) return;
  const message = `The pattern has ${known.map((name) => `{${name}}`).join(', ') || 'no parameters'}`;
  throw new ValidationFailed(wrong.map(([field]) => ({ field, message })));
}
