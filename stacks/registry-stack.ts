import type { Construct } from 'constructs';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** Which services there are, where their instances run, and which of them are healthy. */
export class RegistryStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'registry', props);
    this.addTable({ indexes: { 'by-kind': ['kind', 'sort_name'] } });

    this.addPublicRoute('GET /api/v1/services', 'list-services', { table: ['Query'] });
    this.addRoute('GET /api/v1/services/{service_name}', 'get-service', { table: ['Query'] });
    this.addRoute('GET /api/v1/services/{service_name}/instance', 'pick-instance', { table: ['Query', 'UpdateItem'] });
    this.addRoute('POST /api/v1/services/register', 'register-instance', { table: ['GetItem', 'PutItem'] });
    const instance = '/api/v1/services/{service_name}/instances/{instance_id}';
    this.addRoute(`POST ${instance}/heartbeat`, 'send-heartbeat', { table: ['GetItem', 'PutItem'] });
    this.addRoute(`DELETE ${instance}`, 'deregister-instance', { table: ['GetItem', 'PutItem'] });
    this.addHealthRoute();
  }
}
