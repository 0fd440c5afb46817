import { randomBytes } from 'node:crypto';
import type { CloudContext } from '../core/service.ts';
import { AccessLog } from './access-log.ts';
import { isPreflight, preflightResponse, withCorsHeaders, withoutOwnCorsHeaders } from './cors.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type Exchange,
  GatewayError,
  internalError,
  messageResponse,
  notFound,
} from './exchange.ts';
import { reportMetrics } from './gateway-metrics.ts';
import { forwardHttp } from './http-integration.ts';
import { authorizeByIam } from './iam-authorization.ts';
import { JwtAuthorizers } from './jwt-authorizers.ts';
import { LambdaAuthorizers } from './lambda-authorizer.ts';
import { callLambda } from './lambda-integration.ts';
import type { HttpApi, Identity, Integration, Route } from './model.ts';
import { mapRequest, mapResponse } from './parameter-mapping.ts';
import { createRouter, type Router, selectStage } from './router.ts';
import { Throttle } from './throttle.ts';
import { traceOf } from './trace.ts';

/** API Gateway's way with a request: stage, route, throttle, authorizer, integration, response. */
export class Gateway {
  readonly #context: CloudContext;
  readonly #throttle: Throttle;
  readonly #lambdaAuthorizers: LambdaAuthorizers;
  readonly #jwtAuthorizers: JwtAuthorizers;
  readonly #accessLog: AccessLog;
  readonly #routers = new WeakMap<HttpApi, { routes: number; find: Router }>();
  readonly #reports = new Set<Promise<unknown>>();

  constructor(context: CloudContext) {
    this.#context = context;
    this.#throttle = new Throttle(context.clock);
    this.#lambdaAuthorizers = new LambdaAuthorizers(context);
    this.#jwtAuthorizers = new JwtAuthorizers(context);
    this.#accessLog = new AccessLog(context);
  }

  /** Never rejects: whatever goes wrong becomes a response. */
  async handle(api: HttpApi, request: ApiRequest): Promise<ApiResponse> {
    const exchange = this.#open(api, request);
    if (!exchange) return messageResponse(404, 'Not Found');
    const response = await this.#serve(exchange).catch((error: unknown) => this.#refuse(exchange, error));
    const final = withCorsHeaders(exchange, response);
    final.headers['apigw-requestid'] = exchange.requestId;
    this.#report(exchange, final);
    return final;
  }

  /** Resolves when the access log lines and metrics of all answered requests are written. */
  async settle(): Promise<void> {
    await Promise.all(this.#reports);
  }

  /** No stage, or none that is deployed: API Gateway answers 404 and leaves no trace of the request. */
  #open(api: HttpApi, request: ApiRequest): Exchange | undefined {
    const selected = selectStage(api, request.rawPath);
    if (!selected?.stage.deployed || api.disableExecuteApiEndpoint) return undefined;
    const receivedAtMs = this.#context.clock.now();
    const trace = traceOf(request.headers, receivedAtMs);
    return {
      api,
      ...selected,
      request: { ...request, headers: { ...request.headers, 'x-amzn-trace-id': trace } },
      requestId: randomBytes(11).toString('base64'),
      receivedAtMs,
      trace,
      pathParameters: {},
      integration: {},
    };
  }

  async #serve(exchange: Exchange): Promise<ApiResponse> {
    const { api, stage, request } = exchange;
    const match = this.#router(api)(request.method, exchange.path);
    if (!match && isPreflight(exchange)) return preflightResponse(exchange);
    if (!match) throw notFound();
    exchange.route = match.route;
    exchange.pathParameters = match.pathParameters;
    this.#throttle.take(api, stage, match.route);
    const identity = await this.#authorize(exchange, match.route);
    if (identity) exchange.identity = identity;
    // A route that takes OPTIONS is authorized first; only then the API's CORS settings answer for it.
    if (isPreflight(exchange)) return preflightResponse(exchange);
    return this.#integrate(exchange, match.route);
  }

  #router(api: HttpApi): Router {
    const known = this.#routers.get(api);
    if (known?.routes === api.routes.length) return known.find;
    const find = createRouter(api.routes);
    this.#routers.set(api, { routes: api.routes.length, find });
    return find;
  }

  async #authorize(exchange: Exchange, route: Route): Promise<Identity | undefined> {
    if (route.authorizationType === 'NONE') return undefined;
    if (route.authorizationType === 'AWS_IAM') return authorizeByIam(this.#context, exchange);
    const authorizer = exchange.api.authorizers.get(route.authorizerId ?? '');
    if (!authorizer) throw internalError();
    return authorizer.kind === 'lambda'
      ? this.#lambdaAuthorizers.authorize(authorizer, exchange)
      : this.#jwtAuthorizers.authorize(authorizer, exchange);
  }

  async #integrate(exchange: Exchange, route: Route): Promise<ApiResponse> {
    const integration = exchange.api.integrations.get(route.integrationId ?? '');
    if (!integration) throw internalError();
    const startedAtMs = this.#context.clock.now();
    try {
      const response = await this.#call({ ...exchange, request: mapRequest(exchange, integration) }, integration);
      exchange.integration.status = response.status;
      return mapResponse(exchange, integration, withoutOwnCorsHeaders(exchange, response));
    } finally {
      exchange.integration.latencyMs = this.#context.clock.now() - startedAtMs;
    }
  }

  #call(exchange: Exchange, integration: Integration): Promise<ApiResponse> {
    if (integration.type === 'AWS_PROXY') return callLambda(this.#context, exchange, integration);
    return forwardHttp(this.#context, exchange, integration);
  }

  #refuse(exchange: Exchange, error: unknown): ApiResponse {
    const refusal = error instanceof GatewayError ? error : internalError();
    if (refusal !== error) this.#context.log.warn(`HTTP API ${exchange.api.name}: ${String(error)}`);
    exchange.errorMessage = refusal.message;
    return messageResponse(refusal.status, refusal.message, refusal.headers);
  }

  #report(exchange: Exchange, response: ApiResponse): void {
    const outcome = { response, latencyMs: this.#context.clock.now() - exchange.receivedAtMs };
    const report = Promise.allSettled([
      this.#accessLog.write(exchange, outcome),
      reportMetrics(this.#context, exchange, outcome),
    ]).then((results) => {
      this.#reports.delete(report);
      for (const result of results) {
        if (result.status === 'rejected') this.#context.log.warn(`HTTP API ${exchange.api.name}: ${result.reason}`);
      }
    });
    this.#reports.add(report);
  }
}
