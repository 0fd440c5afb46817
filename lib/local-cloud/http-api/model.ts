/** What the templates say about one HTTP API, in the form in which requests are served. */
export interface HttpApi {
  apiId: string;
  name: string;
  description?: string;
  /** Where it listens: `http://127.0.0.1:3000`. */
  url: string;
  createdAtMs: number;
  disableExecuteApiEndpoint: boolean;
  cors?: CorsConfiguration;
  stages: Map<string, Stage>;
  routes: Route[];
  integrations: Map<string, Integration>;
  authorizers: Map<string, ApiAuthorizer>;
}

export interface CorsConfiguration {
  AllowCredentials?: boolean;
  AllowHeaders?: string[];
  AllowMethods?: string[];
  AllowOrigins?: string[];
  ExposeHeaders?: string[];
  MaxAge?: number;
}

export interface Stage {
  name: string;
  /** A stage with neither automatic nor explicit deployment serves nothing. */
  deployed: boolean;
  autoDeploy: boolean;
  deploymentId?: string;
  variables?: Record<string, string>;
  accessLog?: { group: string; format: string };
  defaultRouteSettings: RouteSettings;
  routeSettings: Record<string, RouteSettings>;
}

export interface RouteSettings {
  ThrottlingBurstLimit?: number;
  ThrottlingRateLimit?: number;
  DetailedMetricsEnabled?: boolean;
}

export type AuthorizationType = 'NONE' | 'CUSTOM' | 'JWT' | 'AWS_IAM';

export interface Route {
  routeId: string;
  /** `GET /orders/{id}`, `ANY /{proxy+}` or `$default`. */
  routeKey: string;
  integrationId?: string;
  authorizationType: AuthorizationType;
  authorizerId?: string;
  scopes: string[];
  operationName?: string;
}

export interface Integration {
  integrationId: string;
  type: 'AWS_PROXY' | 'HTTP_PROXY';
  uri: string;
  method?: string;
  payloadVersion: '1.0' | '2.0';
  /** 50 to 30,000 ms. */
  timeoutMs: number;
  credentialsArn?: string;
  description?: string;
  /** `append:header.x` to `$request.querystring.y`. */
  requestParameters: Record<string, string>;
  /** Status code to the changes of the response that it brings. */
  responseParameters: Record<string, ResponseParameter[]>;
}

export interface ResponseParameter {
  Destination: string;
  Source: string;
}

export interface LambdaAuthorizer {
  kind: 'lambda';
  authorizerId: string;
  name: string;
  uri: string;
  payloadVersion: '1.0' | '2.0';
  simpleResponses: boolean;
  identitySources: string[];
  /** 0 turns the cache off. */
  ttlSeconds: number;
  credentialsArn?: string;
}

export interface JwtAuthorizer {
  kind: 'jwt';
  authorizerId: string;
  name: string;
  identitySource: string;
  issuer: string;
  audience: string[];
}

export type ApiAuthorizer = LambdaAuthorizer | JwtAuthorizer;

/** What an authorizer found out about the caller: the value of `requestContext.authorizer` in the event. */
export type Identity =
  | { kind: 'lambda'; principalId?: string; context: Record<string, unknown> | null }
  | { kind: 'jwt'; claims: Record<string, string>; scopes: string[] | null }
  | { kind: 'iam'; accessKey: string; accountId: string; userArn: string; userId: string };
