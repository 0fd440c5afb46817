import { pascalCase } from './components.ts';
import type { OpenApiResponse } from './openapi-document.ts';
import { headersOf } from './openapi-headers.ts';
import { PROBLEM_HEADERS, problemsOf } from './problems.ts';
import type { ServedRoute } from './routes.ts';

/** The responses for the problems that are the only one of their status on some route, by name. */
export function problemResponses(routes: ServedRoute[]): Record<string, OpenApiResponse> {
  const byStatus = routes.flatMap(({ contract }) => Object.values(problemsOf(contract)));
  const alone = byStatus.filter((codes) => codes.length === 1).flat();
  return Object.fromEntries([...new Set(alone)].sort().map((code) => [responseName(code), describe([code])]));
}

/** What a status stands for on one route. */
export function describeProblem(codes: string[]): OpenApiResponse {
  const [code = ''] = codes;
  return codes.length === 1 ? { $ref: `#/components/responses/${responseName(code)}` } : describe(codes);
}

/** `NOT_FOUND` is described by the response `NotFound`. */
function responseName(code: string): string {
  return pascalCase(code.toLowerCase());
}

function describe(codes: string[]): OpenApiResponse {
  const code = { type: 'object', properties: { code: { type: 'string', enum: codes } } };
  const own = codes.flatMap((one) => PROBLEM_HEADERS[one] ?? []);
  const refs = Object.fromEntries(own.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, code] };
  return {
    description: codes.join(' or '),
    headers: { ...headersOf(), ...refs },
    content: { 'application/problem+json': { schema } },
  };
}
