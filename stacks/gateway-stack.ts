import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** The HTTP API that all services put their routes on, and the answer where there is no route. */
export class GatewayStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'gateway', props);
    const routeNotFound = this.addFunction('route-not-found');
    const api = new HttpApi(this, 'HttpApi', {
      description: 'The front door of the shop',
      defaultIntegration: new HttpLambdaIntegration('RouteNotFoundIntegration', routeNotFound),
    });
    this.publishParameter('api-id', api.apiId);
    this.publishParameter('api-url', api.apiEndpoint);
    this.output('ApiUrl', api.apiEndpoint);
  }
}
