import { allRoutes, pathOf } from '#bin/contract/routes.ts';
import { type ApiVersion, type RouteContract, versionOf } from '#lib/runtime/http/route.ts';
import type { Answer } from './shop.ts';

/** Problems that any route may answer, by status. */
const EVERYWHERE: Record<number, string[]> = {
  400: ['VALIDATION_FAILED'],
  413: ['PAYLOAD_TOO_LARGE'],
  415: ['UNSUPPORTED_MEDIA_TYPE'],
  503: ['TOKEN_CHECK_UNAVAILABLE'],
};

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

/** The fewer parameters the more specific; of two with as many, the one that ends in a word. */
const generality = ({ route }: RouteContract) => route.split('{').length + (route.endsWith('}') ? 0.5 : 0);

/** Says how an answer breaks the contract of its route; `undefined` if it keeps it. Unknown routes have none. */
export async function breachOfContract(route: string, accept: string | undefined, answer: Answer) {
  const [call = '', path = ''] = [route.split('?')[0], route.split('?')[0]?.split(' ')[1]];
  const matching = (await loadContracts()).filter(({ pattern }) => pattern.test(call));
  const contract = matching.map((match) => match.contract).sort((a, b) => generality(a) - generality(b))[0];
  if (!contract) return answer.body?.code === 'ROUTE_NOT_FOUND' ? undefined : `${call} has no contract`;
  return answer.status < 400
    ? breachOfAnswer(contract, versionOf(contract, path, accept), answer)
    : breachOfProblem(contract, answer);
}

function breachOfAnswer(contract: RouteContract, version: ApiVersion, { status, body }: Answer): string | undefined {
  const answers = version === 2 ? (contract.v2?.answers ?? {}) : contract.answers;
  const schema = answers[status];
  if (schema === undefined) return `${contract.operation} may not answer ${status}`;
  if (schema === null) return body === undefined ? undefined : `${contract.operation} answers ${status} with a body`;
  const { error } = schema.safeParse(body);
  return error && `${contract.operation} answers ${status} against its schema: ${JSON.stringify(error.issues)}`;
}

function breachOfProblem(contract: RouteContract, { status, body }: Answer): string | undefined {
  const access: Record<number, string[]> = {
    401: contract.auth === 'public' ? [] : ['UNAUTHORIZED'],
    403: contract.auth === 'admin' ? ['FORBIDDEN'] : [],
  };
  const codes = [EVERYWHERE, access, contract.problems ?? {}].flatMap((problems) => problems[status] ?? []);
  return codes.includes(body?.code) ? undefined : `${contract.operation} may not answer ${status} ${body?.code}`;
}
