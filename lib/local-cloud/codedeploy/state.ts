import { AwsError } from '../core/aws-error.ts';
import type { CloudContext } from '../core/service.ts';
import type { Deployment } from './deployment.ts';
import type { DeploymentGroup } from './deployment-group.ts';
import { predefinedPlan, type Step } from './traffic-plan.ts';

/** What there is to deploy to, and what has been deployed. */
export interface CodeDeployState {
  context: CloudContext;
  groups: Groups;
  /** Steps by the name of the configuration. */
  plans: Plans;
  deployments: Map<string, Deployment>;
  stopping: AbortController;
}

export class Groups {
  readonly #groups = new Map<string, DeploymentGroup>();

  add(group: DeploymentGroup): void {
    this.#groups.set(`${group.applicationName}/${group.name}`, group);
  }

  get(applicationName: string, name: string): DeploymentGroup {
    const group = this.#groups.get(`${applicationName}/${name}`);
    if (group) return group;
    throw new AwsError('DeploymentGroupDoesNotExistException', `No Deployment Group found for name: ${name}`);
  }
}

export class Plans {
  readonly #own = new Map<string, Step[]>();

  set(name: string, steps: Step[]): void {
    this.#own.set(name, steps);
  }

  get(name: string): Step[] {
    const steps = this.#own.get(name) ?? predefinedPlan(name);
    if (steps) return steps;
    throw new AwsError('DeploymentConfigDoesNotExistException', `No deployment configuration found for name: ${name}`);
  }
}
