import { headerNamesOf } from '#bin/contract/openapi-headers.ts';
import { PROBLEM_HEADERS, Problem, problemsOf } from '#bin/contract/problems.ts';
import { allRoutes, pathOf } from '#bin/contract/routes.ts';
import { type ApiVersion, type RouteContract, V2_MEDIA_TYPE, versionOf } from '#lib/runtime/http/route.ts';
import type { Answer } from './shop.ts';

let contracts: Promise<{ contract: RouteContract; pattern: RegExp }[]> | undefined;

function loadContracts() {
  contracts ??= allRoutes().then((routes) => routes.map((contract) => ({ contract, pattern: patternOf(contract) })));
  return contracts;
}

function patternOf(contract: RouteContract): RegExp {
  const [method, path] = [contract.route.split(' ')[0], pathOf(contract)];
  const versions = contract.v2 ? path.replace('/api/v1/', '/api/v[12]/') : path;
  return new RegExp(`^${method} ${versions.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

/** Among routes that match, API Gateway takes the one that has a word where the other has a parameter, from the left. */
function byPrecedence(a: RouteContract, b: RouteContract): number {
  const rank = (contract: RouteContract) =>
    pathOf(contract).replaceAll(/[^/]+/g, (part) => (part[0] === '{' ? '1' : '0'));
  return rank(a) < rank(b) ? -1 : 1;
}

/** Says how an answer breaks the contract of its route; `undefined` if it keeps it. Unknown routes have none. */
export async function breachOfContract(route: string, accept: string | undefined, answer: Answer) {
  const [call = '', path = ''] = [route.split('?')[0], route.split('?')[0]?.split(' ')[1]];
  const matching = (await loadContracts()).filter(({ pattern }) => pattern.test(call));
  const contract = matching.map((match) => match.contract).sort(byPrecedence)[0];
  if (!contract) return breachOfUnknown(call, answer);
  const version = versionOf(contract, path, accept);
  return answer.status < 400
    ? (breachOfHeaders(contract, version, answer) ?? breachOfAnswer(contract, version, answer))
    : breachOfProblem(contract, answer);
}

/** What is forwarded to a registered service is answered in its own words; nothing is promised but our headers. */
function breachOfUnknown(call: string, { status, headers, body }: Answer): string | undefined {
  const missing = headerNamesOf().filter((name) => !headers.has(name));
  if (missing.length > 0) return `${call} is answered without ${missing.join(', ')}`;
  const isForwarded = headers.get('via')?.includes('bazaar-gateway');
  const isProblem = status >= 400 && Problem.safeParse(body).success;
  return isForwarded || isProblem ? undefined : `${call} has no contract`;
}

function breachOfHeaders(contract: RouteContract, version: ApiVersion, { headers, body }: Answer) {
  const missing = headerNamesOf(contract, version).filter((name) => !headers.has(name));
  if (missing.length > 0) return `${contract.operation} answers without ${missing.join(', ')}`;
  const mediaTypes = contract.mediaType ? [contract.mediaType] : ['application/json', contract.v2 && V2_MEDIA_TYPE];
  const mediaType = headers.get('content-type')?.split(';')[0] ?? '';
  if (body === undefined || mediaTypes.includes(mediaType)) return undefined;
  return `${contract.operation} answers in ${mediaType}`;
}

function breachOfAnswer(contract: RouteContract, version: ApiVersion, { status, body }: Answer): string | undefined {
  const answers = version === 2 ? (contract.v2?.answers ?? {}) : contract.answers;
  const schema = answers[status];
  if (schema === undefined) return `${contract.operation} may not answer ${status}`;
  if (schema === null) return body === undefined ? undefined : `${contract.operation} answers ${status} with a body`;
  const { error } = schema.safeParse(body);
  return error && `${contract.operation} answers ${status} against its schema: ${JSON.stringify(error.issues)}`;
}

function breachOfProblem(contract: RouteContract, { status, headers, body }: Answer): string | undefined {
  const { error } = Problem.safeParse(body);
  if (error || headers.get('content-type') !== 'application/problem+json') {
    return `${contract.operation} answers ${status} without a problem that says why: ${JSON.stringify(body)}`;
  }
  const isKnown = problemsOf(contract)[status]?.includes(body.code);
  if (!isKnown) return `${contract.operation} may not answer ${status} ${body.code}`;
  const wanted = [...headerNamesOf(), PROBLEM_HEADERS[body.code] ?? []].flat();
  const missing = wanted.filter((name) => !headers.has(name));
  return missing.length > 0 ? `${contract.operation} answers ${body.code} without ${missing.join(', ')}` : undefined;
}
