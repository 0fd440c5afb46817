import { contextVariable, type Outcome } from './context-variables.ts';
import type { ApiResponse, Exchange } from './exchange.ts';

const EXPRESSION = /\$\{?((?:request|response|context|stageVariables)\.[\w.\-[\]$]+)\}?/g;

/** The value of `$request.header.x`, `$context.y`, `$stageVariables.z`; undefined when the request has none. */
export function select(expression: string, exchange: Exchange, response?: ApiResponse): string | undefined {
  const [scope, kind = '', ...rest] = expression.replace(/^\$\{?|\}$/g, '').split('.');
  const name = rest.join('.');
  switch (scope) {
    case 'request':
      return requestValue(exchange, kind, name);
    case 'response':
      return responseValue(response, kind, name);
    case 'stageVariables':
      return exchange.stage.variables?.[kind];
    case 'context':
      return contextVariable(exchange, [kind, ...rest].join('.'), outcomeOf(response));
    default:
      return undefined;
  }
}

/** Replaces every expression in a mapping's value; what has no value becomes nothing. */
export function fill(template: string, exchange: Exchange, response?: ApiResponse): string {
  return template.replace(EXPRESSION, (expression) => select(expression, exchange, response) ?? '');
}

function outcomeOf(response: ApiResponse | undefined): Outcome | undefined {
  return response && { response, latencyMs: 0 };
}

function requestValue({ request, path, pathParameters }: Exchange, kind: string, name: string): string | undefined {
  switch (kind) {
    case 'header':
      return request.headers[name.toLowerCase()];
    case 'querystring':
      return joined(request.query.filter(([key]) => key === name).map(([, value]) => value));
    case 'path':
      return name === '' ? path : pathParameters[name];
    case 'body':
      return bodyValue(request.body, name);
    default:
      return undefined;
  }
}

function responseValue(response: ApiResponse | undefined, kind: string, name: string): string | undefined {
  if (kind === 'header') return response?.headers[name.toLowerCase()];
  return kind === 'body' && response ? bodyValue(response.body, name) : undefined;
}

function joined(values: string[]): string | undefined {
  return values.length > 0 ? values.join(',') : undefined;
}

/** A dotted path into a JSON body: `items[0].price`. */
function bodyValue(body: Buffer, path: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  for (const key of path.split(/[.[\]]+/).filter(Boolean)) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
