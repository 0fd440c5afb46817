import type { CloudContext, ServiceModule } from '../core/service.ts';
import type { Deployment, Revision } from './deployment.ts';
import { applicationType, deploymentConfigType, deploymentGroupType } from './deployment-group.ts';
import { deploymentOperations, startDeployment } from './operations.ts';
import { type CodeDeployState, Groups, Plans } from './state.ts';

export interface CodeDeploy extends ServiceModule {
  /** Changes an alias as CloudFormation asks for it; `ended` resolves when it is over, one way or the other. */
  deploy(
    group: { applicationName: string; deploymentGroupName: string },
    revision: Revision,
  ): { deployment: Deployment; ended: Promise<void> };
}

/** AWS CodeDeploy for functions: gives a new version its calls in steps, and takes them back on an alarm. */
export function createCodeDeploy(context: CloudContext): CodeDeploy {
  const state: CodeDeployState = {
    context,
    groups: new Groups(),
    plans: new Plans(),
    deployments: new Map(),
    stopping: new AbortController(),
  };
  return {
    name: 'codedeploy',
    protocol: { kind: 'json', targetPrefix: 'CodeDeploy_20141006', version: '1.1' },
    operations: deploymentOperations(state),
    resourceTypes: [applicationType(), deploymentConfigType(state), deploymentGroupType(state)],
    deploy: (group, revision) => startDeployment(state, group, revision),
    stop: () => state.stopping.abort(),
  };
}
