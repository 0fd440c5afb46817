import type { Api } from './api.ts';
import { AwsError } from './aws-error.ts';
import type { RestReply, RestRoute } from './service.ts';
import { type Fault, type WireReply, type WireRequest, writeJson } from './wire-message.ts';

/** A route of a REST-JSON service that a request fits, and what its path says. */
export interface RestMatch {
  service: string;
  route: RestRoute;
  /** Still percent-encoded. */
  params: Record<string, string>;
}

interface CompiledRoute {
  service: string;
  route: RestRoute;
  expression: RegExp;
  names: string[];
}

// Compiled once a route; routes live as long as the module they belong to.
const compiled = new WeakMap<RestRoute, CompiledRoute>();

/** Finds the route for a request. Where several fit, the one that leaves fewest segments open wins. */
export function findRoute(request: WireRequest, api: Api): RestMatch | undefined {
  let best: { candidate: CompiledRoute; match: RegExpExecArray } | undefined;
  for (const candidate of restRoutes(api)) {
    if (candidate.route.method !== request.method) continue;
    const match = candidate.expression.exec(request.path);
    if (match && (!best || candidate.names.length < best.candidate.names.length)) best = { candidate, match };
  }
  if (!best) return undefined;
  const { candidate, match } = best;
  const params = candidate.names.map((name, index) => [name, match[index + 1] ?? '']);
  return { service: candidate.service, route: candidate.route, params: Object.fromEntries(params) };
}

function* restRoutes(api: Api): Generator<CompiledRoute> {
  for (const module of api.modules()) {
    if (module.protocol?.kind !== 'rest-json') continue;
    for (const route of module.protocol.routes) yield compile(module.name, route);
  }
}

function compile(service: string, route: RestRoute): CompiledRoute {
  const known = compiled.get(route);
  if (known) return known;
  const names: string[] = [];
  const source = route.path
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const name = /^\{(.+?)(\+?)\}$/.exec(part);
      if (!name) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(name[1] as string);
      return name[2] ? '(.+)' : '([^/]+)';
    })
    .join('');
  const fresh = { service, route, expression: new RegExp(`^${source}/?$`), names };
  compiled.set(route, fresh);
  return fresh;
}

/** REST-JSON: method and path name the action. */
export async function handleRest(request: WireRequest, api: Api, match: RestMatch): Promise<WireReply> {
  const { query, headers, body } = request;
  const input = match.route.input({ params: decodeParams(match.params), query, headers, body });
  const output = await api.call(match.service, match.route.action, input, request.context);
  const reply: RestReply = match.route.reply?.(output) ?? { status: 200, body: writeJson(output) };
  return { status: reply.status, headers: { 'content-type': 'application/json', ...reply.headers }, body: reply.body };
}

function decodeParams(params: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch (cause) {
    throw Object.assign(new AwsError('ValidationException', 'The path of the request is not valid.'), { cause });
  }
}

export function writeRestFault(fault: Fault): WireReply {
  const denied = fault.code === 'AccessDeniedException';
  return {
    status: denied ? 403 : fault.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': fault.code },
    body: writeJson({ ...fault.fields, Type: fault.by === 'Sender' ? 'User' : 'Service', message: fault.message }),
  };
}
