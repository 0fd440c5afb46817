import { HttpApi, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
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
  }

  protected override get api(): IHttpApi {
    return this.#api;
  }

  protected override get apiUrl(): string {
    return this.#api.apiEndpoint;
  }
}
