import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation } from '../core/service.ts';
import { Deployment, type DeploymentStatus, type Revision } from './deployment.ts';
import type { CodeDeployState } from './state.ts';

interface GroupInput {
  applicationName: string;
  deploymentGroupName: string;
}

interface CreateInput extends GroupInput {
  deploymentConfigName?: string;
  revision?: { revisionType?: string; appSpecContent?: { content?: string } };
}

interface DeploymentInput {
  deploymentId: string;
}

interface ListInput extends Partial<GroupInput> {
  includeOnlyStatuses?: DeploymentStatus[];
  nextToken?: string;
}

const PAGE_SIZE = 100;

/** Deployments of functions: begun, looked at, and stopped. */
export function deploymentOperations(state: CodeDeployState): Record<string, AnyOperation> {
  const arnOf = ({ applicationName, deploymentGroupName }: GroupInput) =>
    state.context.account.arn('codedeploy', `deploymentgroup:${applicationName}/${deploymentGroupName}`);
  const find = ({ deploymentId }: DeploymentInput) => {
    const found = state.deployments.get(deploymentId);
    if (found) return found;
    throw new AwsError('DeploymentDoesNotExistException', `The deployment ${deploymentId} could not be found`);
  };
  const resourcesOf = (input: DeploymentInput) => {
    const { applicationName, name } = find(input).group;
    return [arnOf({ applicationName, deploymentGroupName: name })];
  };
  return {
    CreateDeployment: {
      resources: (input: GroupInput) => [arnOf(input)],
      accepts: {
        applicationName: true,
        deploymentGroupName: true,
        deploymentConfigName: true,
        description: 'nobody reads it here',
        revision: { revisionType: true, appSpecContent: { content: true, sha256: 'nothing is sent far' } },
      },
      requires: ['applicationName', 'deploymentGroupName', 'revision'],
      run: (input: CreateInput) => ({ deploymentId: startDeployment(state, input, readRevision(input)).deployment.id }),
    },
    GetDeployment: {
      resources: resourcesOf,
      run: (input: DeploymentInput) => ({ deploymentInfo: describe(find(input)) }),
    },
    ListDeployments: {
      resources: () => ['*'],
      run: ({ nextToken, ...wanted }: ListInput) => {
        const found = [...state.deployments.values()].filter((deployment) => isWanted(deployment, wanted));
        const { items, nextToken: next } = page(found.reverse(), PAGE_SIZE, nextToken);
        return { deployments: items.map(({ id }) => id), ...(next && { nextToken: next }) };
      },
    },
    StopDeployment: {
      resources: resourcesOf,
      run(input: DeploymentInput) {
        const deployment = find(input);
        if (deployment.endedAtMs !== undefined) {
          const message = `The deployment ${deployment.id} has already completed`;
          throw new AwsError('DeploymentAlreadyCompletedException', message);
        }
        deployment.requestStop();
        return { status: 'Pending', statusMessage: 'Stopping deployment' };
      },
    },
  };
}

/** Begins a deployment; `ended` resolves when it is over, one way or the other. */
export function startDeployment(
  state: CodeDeployState,
  { applicationName, deploymentGroupName, deploymentConfigName }: GroupInput & { deploymentConfigName?: string },
  revision: Revision,
): { deployment: Deployment; ended: Promise<void> } {
  const group = state.groups.get(applicationName, deploymentGroupName);
  const isUnderWay = [...state.deployments.values()].some(
    (other) => other.group === group && other.endedAtMs === undefined,
  );
  if (isUnderWay) {
    const message = `The Deployment Group '${group.name}' already has an active Deployment`;
    throw new AwsError('DeploymentLimitExceededException', message);
  }
  const steps = state.plans.get(deploymentConfigName ?? group.configName);
  const deployment = new Deployment(state.context, group, { revision, cloudStops: state.stopping.signal });
  state.deployments.set(deployment.id, deployment);
  return { deployment, ended: deployment.run(steps) };
}

/** The AppSpec of a function, as JSON. */
function readRevision({ revision }: CreateInput): Revision {
  try {
    const { Resources, resources } = JSON.parse(revision?.appSpecContent?.content ?? '');
    const [resource] = Object.values((Resources ?? resources)[0]) as { Properties: Record<string, string> }[];
    const { Name = '', Alias = '', CurrentVersion = '', TargetVersion = '' } = resource?.Properties ?? {};
    if (Name && Alias && CurrentVersion && TargetVersion) {
      return { functionName: Name, alias: Alias, currentVersion: CurrentVersion, targetVersion: TargetVersion };
    }
  } catch {
    // Told below.
  }
  const message = 'The AppSpec has to be JSON with Name, Alias, CurrentVersion and TargetVersion of a function.';
  throw new AwsError('InvalidRevisionException', message);
}

function isWanted({ group, status }: Deployment, wanted: ListInput): boolean {
  const { applicationName = group.applicationName, deploymentGroupName = group.name, includeOnlyStatuses } = wanted;
  const isOfGroup = group.applicationName === applicationName && group.name === deploymentGroupName;
  return isOfGroup && (includeOnlyStatuses?.includes(status) ?? true);
}

function describe({ id, group, status, error, createdAtMs, endedAtMs, isRolledBack }: Deployment) {
  return {
    deploymentId: id,
    applicationName: group.applicationName,
    deploymentGroupName: group.name,
    deploymentConfigName: group.configName,
    computePlatform: 'Lambda',
    status,
    createTime: createdAtMs / 1000,
    ...(endedAtMs !== undefined && { completeTime: endedAtMs / 1000 }),
    ...(error && { errorInformation: error }),
    ...(isRolledBack && { rollbackInfo: { rollbackMessage: 'The calls go to the version before again.' } }),
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
  };
}
