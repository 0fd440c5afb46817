import { ACCOUNT_ID } from '../core/account.ts';
import type { ApiResponse, Exchange } from './exchange.ts';
import { commonLogTime } from './lambda-event.ts';

/** Values that exist only once the response is ready. */
export interface Outcome {
  response: ApiResponse;
  latencyMs: number;
}

type Variable = (exchange: Exchange, outcome?: Outcome) => string | number | undefined;

const VARIABLES: Record<string, Variable> = {
  accountId: () => ACCOUNT_ID,
  apiId: ({ api }) => api.apiId,
  'authorizer.error': ({ authorizerError }) => authorizerError,
  'authorizer.principalId': ({ identity }) => (identity?.kind === 'lambda' ? identity.principalId : undefined),
  dataProcessed: ({ request }, outcome) => request.body.length + (outcome?.response.body.length ?? 0),
  domainName: ({ request }) => request.host,
  domainPrefix: ({ api }) => api.apiId,
  'error.message': ({ errorMessage }) => errorMessage,
  'error.messageString': ({ errorMessage }) => errorMessage && JSON.stringify(errorMessage),
  extendedRequestId: ({ requestId }) => requestId,
  httpMethod: ({ request }) => request.method,
  'identity.sourceIp': ({ request }) => request.sourceIp,
  'identity.userAgent': ({ request }) => request.headers['user-agent'],
  'identity.accountId': ({ identity }) => (identity?.kind === 'iam' ? identity.accountId : undefined),
  'identity.caller': ({ identity }) => (identity?.kind === 'iam' ? identity.userId : undefined),
  'identity.user': ({ identity }) => (identity?.kind === 'iam' ? identity.userId : undefined),
  'identity.userArn': ({ identity }) => (identity?.kind === 'iam' ? identity.userArn : undefined),
  'integration.error': ({ integration }) => integration.error,
  'integration.integrationStatus': ({ integration }) => integration.status && 200,
  'integration.latency': ({ integration }) => integration.latencyMs,
  'integration.status': ({ integration }) => integration.status,
  integrationErrorMessage: ({ integration }) => integration.error,
  integrationLatency: ({ integration }) => integration.latencyMs,
  integrationStatus: ({ integration }) => integration.status,
  path: ({ request }) => request.rawPath,
  protocol: ({ request }) => request.protocol,
  requestId: ({ requestId }) => requestId,
  requestTime: ({ receivedAtMs }) => commonLogTime(receivedAtMs),
  requestTimeEpoch: ({ receivedAtMs }) => receivedAtMs,
  responseLatency: (_, outcome) => outcome?.latencyMs,
  responseLength: (_, outcome) => outcome?.response.body.length,
  routeKey: ({ route }) => route?.routeKey,
  stage: ({ stage }) => stage.name,
  status: (_, outcome) => outcome?.response.status,
};

/** The value of `$context.<name>`; undefined when the request has none. */
export function contextVariable(exchange: Exchange, name: string, outcome?: Outcome): string | undefined {
  const value = VARIABLES[name] ? VARIABLES[name](exchange, outcome) : authorizerProperty(exchange, name);
  return value === undefined ? undefined : String(value);
}

/** `authorizer.claims.sub` of a token, `authorizer.userId` of a Lambda authorizer's context. */
function authorizerProperty({ identity }: Exchange, name: string): string | undefined {
  const [scope, ...rest] = name.split('.');
  if (scope !== 'authorizer' || !identity) return undefined;
  if (identity.kind === 'jwt' && rest[0] === 'claims') return identity.claims[rest.slice(1).join('.')];
  const value = identity.kind === 'lambda' ? identity.context?.[rest.join('.')] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
