import type { Edge } from './edges.ts';
import { type Grant, mayDo } from './grants.ts';
import { isServedAt, type ServedRoute } from './routes.ts';
import { type Found, nameOfFunction, plainText, type Resources } from './templates.ts';

/** Calls that IAM allows: `execute-api:Invoke` on a route, or what starts another service's function, queue or saga. */
export function allowedCalls(resources: Resources, grants: Grant[], routes: ServedRoute[]): Edge[] {
  const byRoute = mayDo(grants, 'execute-api:Invoke').flatMap(({ fn, arns }) =>
    arns.flatMap((arn) => {
      // arn:...:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>
      const [, method, path] = /\/[^/]*\/([A-Z*]+)(\/.*)$/.exec(plainText(arn)) ?? [];
      const called = routes.filter((route) => route.internal && isServedAt(route, path ?? ''));
      const asked = called.filter(({ route }) => method === '*' || route.startsWith(`${method} `));
      return asked.map(({ service, route }) => callOf(fn, service, route));
    }),
  );
  const starting = mayDo(grants, 'lambda:InvokeFunction', 'sqs:SendMessage', 'states:StartExecution');
  const byName = starting.flatMap(({ fn, arns }) =>
    resources
      .referredTo(fn.stack, arns)
      .map((called) =>
        callOf(fn, called.service, called.type === 'AWS::Lambda::Function' ? nameOfFunction(called) : called.id),
      ),
  );
  return [...byRoute, ...byName];
}

/**
 * Calls that an address in a function's environment gives away. The address of an API that all services share says
 * nothing (it is who issued tokens); with the path of a route it does, and that of a service's own API does.
 * Whoever is given such an API beside an address of its own is called back by it.
 */
export function addressedCalls(resources: Resources, routes: ServedRoute[]): Edge[] {
  return resources.ofType('AWS::Lambda::Function').flatMap((fn) => {
    const addresses = Object.values<unknown>(fn.properties.Environment?.Variables ?? {}).flatMap((value) =>
      addressesIn(resources, fn, value),
    );
    const at = addresses.filter(({ path }) => path).flatMap(({ api, path }) => servedAt(api, path, routes));
    const providers = addresses.filter(({ path }) => !path).flatMap(({ api }) => ownRoutes(api, routes));
    const callers = [...new Set(providers.map(({ service }) => service))];
    const calledBack = at.filter(({ service }) => service === fn.service);
    return [
      ...[...at, ...providers].map(({ service, route }) => callOf(fn, service, route)),
      ...callers.flatMap((from) =>
        calledBack.map(({ service, route }) => ({ from, to: service, kind: 'calls' as const, what: [route] })),
      ),
    ];
  });
}

function servedAt(api: Found, path: string, routes: ServedRoute[]): ServedRoute[] {
  return routes.filter((route) => route.api === api && isServedAt(route, path));
}

function addressesIn(resources: Resources, fn: Found, value: unknown): { api: Found; path: string }[] {
  const apis = resources.referredTo(fn.stack, value).filter(({ type }) => type === 'AWS::ApiGatewayV2::Api');
  return apis.map((api) => ({ api, path: plainText(value) }));
}

/** The routes of an API that one service has to itself. */
function ownRoutes(api: Found, routes: ServedRoute[]): ServedRoute[] {
  const atApi = routes.filter((route) => route.api === api);
  return atApi.every(({ service }) => service === api.service) ? atApi : [];
}

function callOf(fn: Found, to: string, what: string): Edge {
  return { from: fn.service, to, kind: 'calls', what: [what] };
}

/**
 * Services that are asked whether they are well: each leaves a parameter that names the route, where a function may
 * read all parameters.
 */
export function healthChecks(resources: Resources, grants: Grant[]): Edge[] {
  const readers = mayDo(grants, 'ssm:GetParametersByPath').flatMap(({ fn, arns }) =>
    arns.map((arn) => ({ service: fn.service, path: /:parameter(\/.*)$/.exec(plainText(arn))?.[1] ?? '' })),
  );
  return resources.ofType('AWS::SSM::Parameter').flatMap(({ service, properties: { Name, Value } }) => {
    const [, route] = /"health_route":"([^"]+)"/.exec(plainText(Value)) ?? [];
    const asking = readers.filter(({ path }) => path && route && String(Name).startsWith(`${path}/`));
    return asking.map((reader) => ({
      from: reader.service,
      to: service,
      kind: 'health' as const,
      what: [`GET ${route}`],
    }));
  });
}
