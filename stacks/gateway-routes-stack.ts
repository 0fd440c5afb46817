import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/**
 * The live route table: what no function of ours serves is forwarded to registered services, by routes that change
 * without a deployment.
 */
export class GatewayRoutesStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'gateway', { ...props, part: 'routes' });
    this.addTableWithoutEvents();

    const read = ['GetItem', 'BatchGetItem'] as const;
    this.addRoute('GET /api/v1/routes', 'list-routes', { table: [...read] });
    this.addRoute('POST /api/v1/routes', 'create-route', { table: [...read, 'PutItem'] });
    this.addRoute('PUT /api/v1/routes/{route_id}', 'replace-route', { table: [...read, 'PutItem'] });
    this.addRoute('DELETE /api/v1/routes/{route_id}', 'delete-route', { table: [...read, 'PutItem', 'DeleteItem'] });

    const forward = this.addRoute('$default', 'forward-request', {
      table: [...read, 'UpdateItem'],
      // An HTTP API waits for 30 seconds; the function answers 504 after 28.
      timeout: Duration.seconds(30),
    });
    this.letAskRegistry(forward);
    this.limitRequestsOf(forward);
    this.letShareCircuits(forward);
  }
}
