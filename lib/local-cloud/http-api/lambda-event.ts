import { ACCOUNT_ID } from '../core/account.ts';
import type { ApiRequest, Exchange } from './exchange.ts';
import type { Identity } from './model.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Bodies of these content types reach the function as text, all others in base64. */
const TEXT = /^(text\/|application\/(json|xml|javascript|x-www-form-urlencoded|graphql)\b|[^;]*\+(json|xml)\b)/i;

export type PayloadVersion = '1.0' | '2.0';

/** The event that a Lambda integration gets for a request. */
export function integrationEvent(version: PayloadVersion, exchange: Exchange): Record<string, unknown> {
  const event = version === '2.0' ? proxyEventV2(exchange) : proxyEventV1(exchange);
  const { body, isBase64Encoded } = encodeBody(exchange.request);
  return version === '2.0' ? { ...event, ...(body && { body }), isBase64Encoded } : { ...event, body, isBase64Encoded };
}

/** The event of payload format 2.0 without the body, which authorizers do not get. */
export function proxyEventV2(exchange: Exchange): Record<string, unknown> {
  const { request, route, stage, pathParameters } = exchange;
  return {
    version: '2.0',
    routeKey: route?.routeKey,
    rawPath: request.rawPath,
    rawQueryString: request.rawQueryString,
    ...(request.cookies.length > 0 && { cookies: request.cookies }),
    headers: request.headers,
    ...(request.query.length > 0 && { queryStringParameters: joinedQuery(request) }),
    requestContext: requestContextV2(exchange),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(stage.variables && { stageVariables: stage.variables }),
  };
}

function requestContextV2(exchange: Exchange): Record<string, unknown> {
  const { api, request, route, stage, identity } = exchange;
  return {
    accountId: ACCOUNT_ID,
    apiId: api.apiId,
    ...(identity && { authorizer: authorizerV2(identity) }),
    domainName: request.host,
    domainPrefix: api.apiId,
    http: {
      method: request.method,
      path: request.rawPath,
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: exchange.requestId,
    routeKey: route?.routeKey,
    stage: stage.name,
    time: commonLogTime(exchange.receivedAtMs),
    timeEpoch: exchange.receivedAtMs,
  };
}

function authorizerV2(identity: Identity): Record<string, unknown> {
  switch (identity.kind) {
    case 'lambda':
      return { lambda: identity.context };
    case 'jwt':
      return { jwt: { claims: identity.claims, scopes: identity.scopes } };
    case 'iam':
      return {
        iam: {
          accessKey: identity.accessKey,
          accountId: identity.accountId,
          callerId: identity.userId,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: identity.userArn,
          userId: identity.userId,
        },
      };
  }
}

/** The event of payload format 1.0 without the body. */
export function proxyEventV1(exchange: Exchange): Record<string, unknown> {
  const { request, stage, route, pathParameters } = exchange;
  const resource = route?.routeKey.split(' ')[1] ?? '$default';
  const cookies = request.cookies.length > 0 ? { cookie: request.cookies.join('; ') } : {};
  return {
    version: '1.0',
    resource,
    path: request.rawPath,
    httpMethod: request.method,
    headers: { ...request.headers, ...cookies },
    multiValueHeaders: { ...request.headerLists, ...(cookies.cookie && { cookie: [cookies.cookie] }) },
    queryStringParameters: request.query.length > 0 ? Object.fromEntries(request.query) : null,
    multiValueQueryStringParameters: request.query.length > 0 ? listedQuery(request) : null,
    requestContext: requestContextV1(exchange, resource),
    pathParameters: Object.keys(pathParameters).length > 0 ? pathParameters : null,
    stageVariables: stage.variables ?? null,
  };
}

function requestContextV1(exchange: Exchange, resourcePath: string): Record<string, unknown> {
  const { api, request, stage, identity } = exchange;
  const iam = identity?.kind === 'iam' ? identity : undefined;
  return {
    accountId: ACCOUNT_ID,
    apiId: api.apiId,
    ...(identity && { authorizer: authorizerV1(identity) }),
    domainName: request.host,
    domainPrefix: api.apiId,
    extendedRequestId: exchange.requestId,
    httpMethod: request.method,
    identity: {
      accessKey: iam?.accessKey ?? null,
      accountId: iam?.accountId ?? null,
      caller: iam?.userId ?? null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp,
      user: iam?.userId ?? null,
      userAgent: request.headers['user-agent'] ?? '',
      userArn: iam?.userArn ?? null,
    },
    path: request.rawPath,
    protocol: request.protocol,
    requestId: exchange.requestId,
    requestTime: commonLogTime(exchange.receivedAtMs),
    requestTimeEpoch: exchange.receivedAtMs,
    resourceId: exchange.route?.routeKey,
    resourcePath,
    stage: stage.name,
  };
}

function authorizerV1(identity: Identity): Record<string, unknown> {
  if (identity.kind === 'lambda') return { principalId: identity.principalId, ...identity.context };
  return identity.kind === 'jwt' ? { claims: identity.claims, scopes: identity.scopes } : {};
}

/** `12/Mar/2020:19:03:58 +0000` */
export function commonLogTime(ms: number): string {
  const at = new Date(ms);
  const day = String(at.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`;
}

function joinedQuery(request: ApiRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(listedQuery(request)).map(([name, values]) => [name, values.join(',')]));
}

/** Built in a map: a parameter may have any name, `__proto__` too. */
function listedQuery(request: ApiRequest): Record<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const [name, value] of request.query) lists.set(name, [...(lists.get(name) ?? []), value]);
  return Object.fromEntries(lists);
}

function encodeBody(request: ApiRequest): { body: string | null; isBase64Encoded: boolean } {
  if (request.body.length === 0) return { body: null, isBase64Encoded: false };
  const encoded = request.headers['content-encoding'] !== undefined;
  const text = !encoded && TEXT.test(request.headers['content-type'] ?? 'text/plain');
  return { body: request.body.toString(text ? 'utf8' : 'base64'), isBase64Encoded: !text };
}
