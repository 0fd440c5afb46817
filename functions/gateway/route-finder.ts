import type { LiveRoute } from './live-route.ts';
import { bySpecificity, matchPath, type PathParameters, parsePattern } from './path-pattern.ts';

export interface FoundRoute {
  route: LiveRoute;
  parameters: PathParameters;
}

export type RouteFinder = (method: string, path: string) => FoundRoute | undefined;

/** Makes the function that finds the route of a request: the most specific one, and one that names the method first. */
export function routeFinder(routes: LiveRoute[]): RouteFinder {
  const compiled = routes
    .map((route) => ({ route, pattern: parsePattern(route.path_pattern) }))
    .sort((a, b) => bySpecificity(a.pattern, b.pattern) || Number(!a.route.method) - Number(!b.route.method));
  return (method, path) => {
    // HEAD is GET without the body (RFC 9110, 9.3.2).
    const wanted = method === 'HEAD' ? 'GET' : method;
    for (const { route, pattern } of compiled) {
      if (route.method && route.method !== wanted) continue;
      const parameters = matchPath(pattern, path);
      if (parameters) return { route, parameters };
    }
    return undefined;
  };
}
