import type { HttpApi, Route, Stage } from './model.ts';

export interface RouteMatch {
  route: Route;
  pathParameters: Record<string, string>;
}

/** Finds the route that serves a method and a path (without the stage). */
export type Router = (method: string, path: string) => RouteMatch | undefined;

type Segment = { kind: 'literal'; text: string } | { kind: 'variable' | 'greedy'; name: string };

interface CompiledRoute {
  route: Route;
  /** `ANY` serves every method. */
  method: string;
  segments: Segment[];
}

const SPECIFICITY = { literal: 0, variable: 1, greedy: 2 };

/** A request goes to the stage that its first path segment names, else to `$default`. */
export function selectStage(api: HttpApi, rawPath: string): { stage: Stage; path: string } | undefined {
  const [, first = ''] = rawPath.split('/', 2);
  const named = first.startsWith('$') ? undefined : api.stages.get(first);
  if (named) return { stage: named, path: rawPath.slice(first.length + 1) || '/' };
  const stage = api.stages.get('$default');
  return stage && { stage, path: rawPath };
}

/**
 * Among the routes that match, API Gateway takes the most specific: full matches before greedy ones, literal segments
 * before variables, `$default` last; of two with the same path the one that names the method before `ANY`.
 */
export function createRouter(routes: Route[]): Router {
  const fallback = routes.find((route) => route.routeKey === '$default');
  const compiled = routes
    .filter((route) => route.routeKey !== '$default')
    .map(compile)
    .sort(bySpecificity);
  return (method, path) => {
    const parts = path.split('/').slice(1).map(decode);
    for (const candidate of compiled) {
      if (candidate.method !== method && candidate.method !== 'ANY') continue;
      const pathParameters = matchSegments(candidate.segments, parts);
      if (pathParameters) return { route: candidate.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

/** A path component that is no valid percent-encoding stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function compile(route: Route): CompiledRoute {
  const [method = 'ANY', path = '/'] = route.routeKey.split(' ');
  return { route, method, segments: path.split('/').slice(1).map(parseSegment) };
}

function parseSegment(text: string): Segment {
  const variable = /^\{(.+?)(\+?)\}$/.exec(text);
  if (!variable) return { kind: 'literal', text };
  return { kind: variable[2] ? 'greedy' : 'variable', name: variable[1] ?? '' };
}

function bySpecificity(a: CompiledRoute, b: CompiledRoute): number {
  const greedy = Number(isGreedy(a)) - Number(isGreedy(b));
  if (greedy !== 0) return greedy;
  const length = Math.min(a.segments.length, b.segments.length);
  for (let i = 0; i < length; i++) {
    const difference = SPECIFICITY[kindAt(a, i)] - SPECIFICITY[kindAt(b, i)];
    if (difference !== 0) return difference;
  }
  return b.segments.length - a.segments.length || Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function isGreedy(route: CompiledRoute): boolean {
  return route.segments.at(-1)?.kind === 'greedy';
}

function kindAt(route: CompiledRoute, index: number): Segment['kind'] {
  return route.segments[index]?.kind ?? 'greedy';
}

function matchSegments(segments: Segment[], parts: string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    if (segment.kind === 'greedy') {
      const rest = parts.slice(i).join('/');
      return rest === '' ? undefined : { ...values, [segment.name]: rest };
    }
    const part = parts[i];
    if (part === undefined) return undefined;
    if (segment.kind === 'literal' ? part !== segment.text : part === '') return undefined;
    if (segment.kind === 'variable') values[segment.name] = part;
  }
  return parts.length === segments.length ? values : undefined;
}
