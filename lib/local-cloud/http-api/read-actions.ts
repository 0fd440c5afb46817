import { AwsError } from '../core/aws-error.ts';
import type { AnyOperation, RestRoute } from '../core/service.ts';
import type { ApiAuthorizer, HttpApi, Integration, Route, Stage } from './model.ts';

interface ApiInput {
  ApiId: string;
}

/** The read actions of `apigatewayv2`, enough to look at the APIs with the AWS CLI. Fields as on the wire. */
export function readOperations(apis: Map<string, HttpApi>, region: string): Record<string, AnyOperation> {
  const arn = (path: string) => [`arn:aws:apigateway:${region}::${path}`];
  const list = (name: string, items: (api: HttpApi) => unknown[]): AnyOperation => ({
    iamAction: 'apigateway:GET',
    resources: ({ ApiId }: ApiInput) => arn(`/apis/${ApiId}/${name}`),
    run: ({ ApiId }: ApiInput) => ({ items: items(find(apis, ApiId)) }),
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
    GetRoutes: list('routes', (api) => api.routes.map(describeRoute)),
    GetIntegrations: list('integrations', (api) => [...api.integrations.values()].map(describeIntegration)),
    GetStages: list('stages', (api) => [...api.stages.values()].map(describeStage)),
    GetAuthorizers: list('authorizers', (api) => [...api.authorizers.values()].map(describeAuthorizer)),
  };
}

export const READ_ROUTES: RestRoute[] = [
  { method: 'GET', path: '/v2/apis', action: 'GetApis', input: () => ({}) },
  ...Object.entries({
    GetApi: '',
    GetRoutes: '/routes',
    GetIntegrations: '/integrations',
    GetStages: '/stages',
    GetAuthorizers: '/authorizers',
  }).map(
    ([action, suffix]): RestRoute => ({
      method: 'GET',
      path: `/v2/apis/{ApiId}${suffix}`,
      action,
      input: ({ params }) => ({ ApiId: params.ApiId }),
    }),
  ),
];

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
