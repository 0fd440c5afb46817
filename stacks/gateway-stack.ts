import { Duration } from 'aws-cdk-lib';
import { HttpApi, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { ServiceLevel } from '#lib/infra/service-level.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/**
 * The HTTP API that all services put their routes on, and the contract of these routes. What answers where there is
 * none is a stack of its own ({@link GatewayRoutesStack}): it checks tokens, so it comes after the user service, and
 * that comes after this.
 */
export class GatewayStack extends ServiceStack {
  readonly #api: HttpApi;

  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'gateway', props);
    this.#api = new HttpApi(this, 'HttpApi', { description: 'The front door of the shop' });
    // Clients know its address, and tokens name it as who issued them.
    this.#api.applyRemovalPolicy(this.settings.removalPolicy);
    this.publishParameter('api-id', this.#api.apiId);
    this.publishParameter('api-url', this.#api.apiEndpoint);
    this.output('ApiUrl', this.#api.apiEndpoint);

    this.addPublicRoute('GET /openapi.json', 'get-openapi');
    this.addPublicRoute('GET /docs', 'get-docs');
    this.addHealthRoute();
    // What no function could say itself: it took too long, crashed, or was not let run.
    const metric = this.#api.metricServerError({ statistic: 'Average', period: Duration.minutes(5) });
    new ServiceLevel(this, 'FrontDoor', { what: 'the HTTP API as a whole', metric });
    this.show(() => ({
      'Share of requests that failed (0.001 may)': [metric],
      Requests: [this.#api.metricCount({ period: Duration.minutes(5) })],
      'Time until the answer: half, and 99 of 100, ms': ['p50', 'p99'].map((statistic) =>
        this.#api.metricLatency({ statistic, period: Duration.minutes(5) }),
      ),
    }));
  }

  protected override get api(): IHttpApi {
    return this.#api;
  }

  protected override get apiUrl(): string {
    return this.#api.apiEndpoint;
  }
}
