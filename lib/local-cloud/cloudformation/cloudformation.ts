import type { ServiceModule } from '../core/service.ts';
import type { Deployment } from '../template/deployment.ts';
import { resourceOperations } from './resource-operations.ts';
import { stackOperations } from './stack-operations.ts';

/** CloudFormation's reading half: tells tools what was deployed. Stacks are created by the template reader. */
export function createCloudFormation(deployment: Deployment): ServiceModule {
  return {
    name: 'cloudformation',
    protocol: {
      kind: 'query',
      apiVersion: '2010-05-15',
      xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    },
    operations: { ...stackOperations(deployment), ...resourceOperations(deployment) },
    resourceTypes: [],
  };
}
