import { AwsError } from '../core/aws-error.ts';
import type { AnyOperation, RestRoute } from '../core/service.ts';
import type { ApiAuthorizer, HttpApi, Integration, Route, Stage } from './model.ts';

interface ApiInput {
  ApiId: string;
}

/** Of the routes, integrations, stages and authorizers of an API, the actions answer all or one. */
interface PartInput extends ApiInput {
  Id: string;
}

interface Part {
  /** As in the path: `routes`. */
  collection: string;
  all(api: HttpApi): object[];
  /** The field that identifies one. */
  key: string;
}

const PARTS: Record<string, Part> = {
  Route: { collection: 'routes', key: 'routeId', all: ({ routes }) => routes.map(describeRoute) },
  Integration: {
    collection: 'integrations',
    key: 'integrationId',
    all: ({ integrations }) => [...integrations.values()].map(describeIntegration),
  },
  Stage: {
    collection: 'stages',
    key: 'stageName',
    all: ({ stages }) => [...stages.values()].map(describeStage),
  },
  Authorizer: {
    collection: 'authorizers',
    key: 'authorizerId',
    all: ({ authorizers }) => [...authorizers.values()].map(describeAuthorizer),
  },
};

/** The read actions of `apigatewayv2`, enough to look at the APIs with the AWS CLI. Fields as on the wire. */
export function readOperations(apis: Map<string, HttpApi>, region: string): Record<string, AnyOperation> {
  const arn = (path: string) => [`arn:aws:apigateway:${region}::${path}`];
  const list = ({ collection, all }: Part): AnyOperation => ({
    iamAction: 'apigateway:GET',
    resources: ({ ApiId }: ApiInput) => arn(`/apis/${ApiId}/${collection}`),
    run: ({ ApiId }: ApiInput) => ({ items: all(find(apis, ApiId)) }),
  });
  const get = (part: Part): AnyOperation => ({
    iamAction: 'apigateway:GET',
    resources: ({ ApiId, Id }: PartInput) => arn(`/apis/${ApiId}/${part.collection}/${Id}`),
    run: ({ ApiId, Id }: PartInput) => findPart(find(apis, ApiId), part, Id),
  });
  return {
    GetApis: {
      iamAction: 'apigateway:GET',
      resources: () => arn('/apis'),
      run: () => ({ items: [...apis.values()].map(describeApi) }),
    },
    GetApi: {
      iamAction: 'apigateway:GET',
      resources: ({ ApiId }: ApiInput) => arn(`/apis/${ApiId}`),
      run: ({ ApiId }: ApiInput) => describeApi(find(apis, ApiId)),
    },
    ...Object.fromEntries(
      Object.entries(PARTS).flatMap(([name, part]) => [
        [`Get${name}s`, list(part)],
        [`Get${name}`, get(part)],
      ]),
    ),
  };
}

export const READ_ROUTES: RestRoute[] = [
  { method: 'GET', path: '/v2/apis', action: 'GetApis', input: () => ({}) },
  get('GetApi', ''),
  ...Object.entries(PARTS).flatMap(([name, { collection }]) => [
    get(`Get${name}s`, `/${collection}`),
    get(`Get${name}`, `/${collection}/{Id}`),
  ]),
];

function get(action: string, suffix: string): RestRoute {
  return { method: 'GET', path: `/v2/apis/{ApiId}${suffix}`, action, input: ({ params }) => params };
}

function findPart(api: HttpApi, { all, key }: Part, id: string): object {
  const found = all(api).find((part) => (part as Record<string, unknown>)[key] === id);
  if (found) return found;
  throw new AwsError('NotFoundException', `Invalid ${key.replace(/(Id|Name)$/, '')} identifier specified ${id}`, 404);
}

function find(apis: Map<string, HttpApi>, apiId: string): HttpApi {
  const api = apis.get(apiId);
  if (api) return api;
  throw new AwsError('NotFoundException', `Invalid API identifier specified ${apiId}`, 404);
}

function describeApi(api: HttpApi) {
  return {
    apiEndpoint: api.url,
    apiId: api.apiId,
    apiKeySelectionExpression: '$request.header.x-api-key',
    corsConfiguration: api.cors && lowerKeys({ ...api.cors }),
    createdDate: new Date(api.createdAtMs).toISOString(),
    description: api.description,
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
    name: api.name,
    protocolType: 'HTTP',
    routeSelectionExpression: '$request.method $request.path',
  };
}

function describeRoute(route: Route) {
  return {
    apiKeyRequired: false,
    authorizationScopes: route.scopes.length > 0 ? route.scopes : undefined,
    authorizationType: route.authorizationType,
    authorizerId: route.authorizerId,
    operationName: route.operationName,
    routeId: route.routeId,
    routeKey: route.routeKey,
    target: route.integrationId && `integrations/${route.integrationId}`,
  };
}

function describeIntegration(integration: Integration) {
  return {
    connectionType: 'INTERNET',
    credentialsArn: integration.credentialsArn,
    description: integration.description,
    integrationId: integration.integrationId,
    integrationMethod: integration.method,
    integrationType: integration.type,
    integrationUri: integration.uri,
    payloadFormatVersion: integration.payloadVersion,
    requestParameters: integration.requestParameters,
    timeoutInMillis: integration.timeoutMs,
  };
}

function describeStage(stage: Stage) {
  return {
    autoDeploy: stage.autoDeploy,
    defaultRouteSettings: lowerKeys({ ...stage.defaultRouteSettings }),
    deploymentId: stage.deploymentId,
    routeSettings: Object.fromEntries(
      Object.entries(stage.routeSettings).map(([key, settings]) => [key, lowerKeys({ ...settings })]),
    ),
    stageName: stage.name,
    stageVariables: stage.variables ?? {},
  };
}

function describeAuthorizer(authorizer: ApiAuthorizer) {
  const { authorizerId, name } = authorizer;
  if (authorizer.kind === 'jwt') {
    const { issuer, audience, identitySource } = authorizer;
    const jwtConfiguration = { issuer, audience };
    return { authorizerId, name, authorizerType: 'JWT', identitySource: [identitySource], jwtConfiguration };
  }
  return {
    authorizerId,
    name,
    authorizerType: 'REQUEST',
    authorizerPayloadFormatVersion: authorizer.payloadVersion,
    authorizerResultTtlInSeconds: authorizer.ttlSeconds,
    authorizerUri: authorizer.uri,
    enableSimpleResponses: authorizer.simpleResponses,
    identitySource: authorizer.identitySources,
  };
}

/** CloudFormation writes `AllowOrigins`, the API `allowOrigins`. */
function lowerKeys(map: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]),
  );
}
