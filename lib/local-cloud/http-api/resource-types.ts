import { createHash } from 'node:crypto';
import { UnsupportedError } from '../core/aws-error.ts';
import type { Physical, Resource, ResourceType } from '../core/service.ts';
import type { HttpApi } from './model.ts';
import { authorizerOf } from './read-authorizer.ts';
import { integrationOf } from './read-integration.ts';
import { routeOf } from './read-route.ts';
import { stageOf } from './read-stage.ts';

const NO_CHARGE = 'tags have no effect locally';

/** The CloudFormation resources that make up an HTTP API. `open` gives a new API its port. */
export function httpApiResourceTypes(
  apis: Map<string, HttpApi>,
  open: (resource: Resource, apiId: string) => Promise<HttpApi>,
): ResourceType[] {
  const add = (resource: Resource, build: (api: HttpApi, id: string) => void): Physical => {
    const id = idOf(resource, 7);
    build(apiOf(apis, resource), id);
    return { ref: id, attributes: {} };
  };
  return [
    {
      type: 'AWS::ApiGatewayV2::Api',
      properties: API_PROPERTIES,
      create: async (resource) => {
        const api = await open(resource, idOf(resource, 10));
        return { ref: api.apiId, attributes: { ApiEndpoint: api.url, ApiId: api.apiId } };
      },
    },
    {
      type: 'AWS::ApiGatewayV2::Integration',
      properties: INTEGRATION_PROPERTIES,
      create: (resource) => {
        const physical = add(resource, (api, id) => api.integrations.set(id, integrationOf(resource, id)));
        return { ...physical, attributes: { IntegrationId: physical.ref } };
      },
    },
    {
      type: 'AWS::ApiGatewayV2::Authorizer',
      properties: AUTHORIZER_PROPERTIES,
      create: (resource) => {
        const physical = add(resource, (api, id) => api.authorizers.set(id, authorizerOf(resource, id)));
        return { ...physical, attributes: { AuthorizerId: physical.ref } };
      },
    },
    {
      type: 'AWS::ApiGatewayV2::Route',
      properties: ROUTE_PROPERTIES,
      create: (resource) => {
        const physical = add(resource, (api, id) => addRoute(api, resource, id));
        return { ...physical, attributes: { RouteId: physical.ref } };
      },
    },
    {
      type: 'AWS::ApiGatewayV2::Stage',
      properties: STAGE_PROPERTIES,
      create: (resource) => {
        const stage = stageOf(resource);
        apiOf(apis, resource).stages.set(stage.name, stage);
        return { ref: stage.name };
      },
    },
    {
      type: 'AWS::ApiGatewayV2::Deployment',
      properties: { ApiId: true, Description: 'only text', StageName: true },
      create: (resource) => {
        const physical = add(resource, (api, id) => deploy(api, resource, id));
        return { ...physical, attributes: { DeploymentId: physical.ref } };
      },
    },
    refused('AWS::ApiGatewayV2::DomainName', 'the API is reached at its own port'),
    refused('AWS::ApiGatewayV2::ApiMapping', 'the API is reached at its own port'),
    refused('AWS::ApiGatewayV2::VpcLink', 'there is no VPC'),
  ];
}

const API_PROPERTIES = {
  Name: true,
  ProtocolType: true,
  CorsConfiguration: {
    AllowCredentials: true,
    AllowHeaders: true,
    AllowMethods: true,
    AllowOrigins: true,
    ExposeHeaders: true,
    MaxAge: true,
  },
  DisableExecuteApiEndpoint: true,
  RouteSelectionExpression: true,
  Description: true,
  IpAddressType: 'the API listens on 127.0.0.1 only',
  Version: 'only text',
  FailOnWarnings: 'it concerns imported definitions',
  Tags: NO_CHARGE,
} as const;

const INTEGRATION_PROPERTIES = {
  ApiId: true,
  IntegrationType: true,
  IntegrationUri: true,
  IntegrationMethod: true,
  PayloadFormatVersion: true,
  TimeoutInMillis: true,
  CredentialsArn: true,
  Description: true,
  ConnectionType: true,
  RequestParameters: true,
  ResponseParameters: true,
} as const;

const AUTHORIZER_PROPERTIES = {
  ApiId: true,
  Name: true,
  AuthorizerType: true,
  AuthorizerUri: true,
  AuthorizerPayloadFormatVersion: true,
  AuthorizerResultTtlInSeconds: true,
  AuthorizerCredentialsArn: true,
  EnableSimpleResponses: true,
  IdentitySource: true,
  JwtConfiguration: { Audience: true, Issuer: true },
} as const;

const ROUTE_PROPERTIES = {
  ApiId: true,
  RouteKey: true,
  Target: true,
  AuthorizationType: true,
  AuthorizerId: true,
  AuthorizationScopes: true,
  OperationName: true,
  ApiKeyRequired: 'HTTP APIs know no API keys',
} as const;

const STAGE_PROPERTIES = {
  ApiId: true,
  StageName: true,
  AutoDeploy: true,
  DeploymentId: true,
  Description: 'only text',
  StageVariables: true,
  AccessLogSettings: { DestinationArn: true, Format: true },
  DefaultRouteSettings: {
    ThrottlingBurstLimit: true,
    ThrottlingRateLimit: true,
    DetailedMetricsEnabled: true,
    LoggingLevel: 'HTTP APIs write access logs only',
    DataTraceEnabled: 'HTTP APIs write access logs only',
  },
  RouteSettings: true,
  Tags: NO_CHARGE,
} as const;

function apiOf(apis: Map<string, HttpApi>, resource: Resource): HttpApi {
  const api = apis.get(resource.properties.ApiId);
  if (api) return api;
  throw new UnsupportedError(
    `${resource.stackName}/${resource.logicalId}: there is no API ${resource.properties.ApiId}`,
  );
}

function addRoute(api: HttpApi, resource: Resource, id: string): void {
  const route = routeOf(resource, id);
  if (api.routes.some(({ routeKey }) => routeKey === route.routeKey)) {
    const where = `${resource.stackName}/${resource.logicalId}`;
    throw new UnsupportedError(`${where}: Route with key ${route.routeKey} already exists for this API`);
  }
  api.routes.push(route);
}

function deploy(api: HttpApi, resource: Resource, deploymentId: string): void {
  const stage = api.stages.get(resource.properties.StageName);
  if (stage) Object.assign(stage, { deployed: true, deploymentId });
}

/** The same at every start, so that what was bookmarked yesterday still works. */
function idOf({ stackName, logicalId }: Resource, length: number): string {
  const digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}

function refused(type: string, why: string): ResourceType {
  return {
    type,
    properties: {},
    create: ({ stackName, logicalId }) => {
      throw new UnsupportedError(`${stackName}/${logicalId}: ${type} does not exist locally: ${why}`);
    },
  };
}
