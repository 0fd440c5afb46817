import { UnsupportedError } from '../core/aws-error.ts';
import type { CloudContext, Resource, ServiceModule } from '../core/service.ts';
import { type ApiRequest, type ApiResponse, messageResponse } from './exchange.ts';
import { Gateway } from './gateway.ts';
import type { HttpApi } from './model.ts';
import { READ_ROUTES, readOperations } from './read-actions.ts';
import { httpApiResourceTypes } from './resource-types.ts';
import { type ApiServer, listen } from './server.ts';

export interface HttpApiOptions {
  /** Where the first API listens; 0 takes a free port, as every further API does. */
  port: number;
}

export interface HttpApiModule extends ServiceModule {
  /** The APIs in the order in which the templates created them. */
  apis(): { apiId: string; name: string; url: string }[];
  /** Resolves when access logs and metrics of all answered requests have been handed on. */
  settle(): Promise<void>;
}

/** The two spellings of the only expression that HTTP APIs know. */
const ROUTE_SELECTION = /^(\$request\.method \$request\.path|\$\{request\.method\} \$\{request\.path\})$/;

/** API Gateway's HTTP APIs: each API of the templates gets a port of 127.0.0.1 and serves its routes there. */
export function createHttpApi(context: CloudContext, options: HttpApiOptions): HttpApiModule {
  const apis = new Map<string, HttpApi>();
  const servers: ApiServer[] = [];
  const gateway = new Gateway(context);
  let started = false;

  // The port has to be known when the API is created (its URL goes into other resources), the routes come later.
  const handle = (api: HttpApi, request: ApiRequest): Promise<ApiResponse> =>
    started ? gateway.handle(api, request) : Promise.resolve(messageResponse(503, 'Service Unavailable'));

  const open = async (resource: Resource, apiId: string): Promise<HttpApi> => {
    const api = { ...apiOf(resource, apiId), createdAtMs: context.clock.now() };
    const server = await listen(servers.length === 0 ? options.port : 0, (request) => handle(api, request));
    servers.push(server);
    api.url = `http://127.0.0.1:${server.port}`;
    apis.set(apiId, api);
    context.log.info(`HTTP API ${api.name}: ${api.url}`);
    return api;
  };

  return {
    name: 'apigateway',
    protocol: { kind: 'rest-json', routes: READ_ROUTES },
    operations: readOperations(apis, context.account.region),
    resourceTypes: httpApiResourceTypes(apis, open),
    start() {
      started = true;
    },
    async stop() {
      await Promise.all(servers.map((server) => server.close()));
      await gateway.settle();
    },
    apis: () => [...apis.values()].map(({ apiId, name, url }) => ({ apiId, name, url })),
    settle: () => gateway.settle(),
  };
}

function apiOf({ stackName, logicalId, properties }: Resource, apiId: string): HttpApi {
  const where = `${stackName}/${logicalId}`;
  const { Name: name, ProtocolType = 'HTTP', RouteSelectionExpression, CorsConfiguration } = properties;
  if (ProtocolType !== 'HTTP')
    throw new UnsupportedError(`${where}: ProtocolType ${ProtocolType} is not supported locally`);
  if (RouteSelectionExpression && !ROUTE_SELECTION.test(RouteSelectionExpression)) {
    throw new UnsupportedError(`${where}: HTTP APIs select routes by $request.method $request.path only`);
  }
  if (CorsConfiguration?.AllowCredentials && CorsConfiguration.AllowOrigins?.includes('*')) {
    throw new UnsupportedError(`${where}: CorsConfiguration cannot allow credentials together with the origin *`);
  }
  return {
    apiId,
    name,
    description: properties.Description,
    url: '',
    createdAtMs: 0,
    disableExecuteApiEndpoint: properties.DisableExecuteApiEndpoint === true,
    cors: CorsConfiguration,
    stages: new Map(),
    routes: [],
    integrations: new Map(),
    authorizers: new Map(),
  };
}
