import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import type { DeployedResource, DeployedStack, Deployment } from '../template/deployment.ts';
import { describeResource, listedResource, stackEvents } from './descriptions.ts';
import { findStack, PAGE_SIZE, type StackInput, stackResources } from './stack-operations.ts';

interface ResourceInput extends StackInput {
  LogicalResourceId?: string;
  PhysicalResourceId?: string;
}

/** The actions about the resources of a stack. */
export function resourceOperations(deployment: Deployment): Record<string, AnyOperation> {
  const resources = stackResources(deployment);
  return {
    ListStackResources: {
      resources,
      accepts: { StackName: true, NextToken: true },
      run({ StackName, NextToken }) {
        const all = [...findStack(deployment, StackName).resources.values()];
        const { items, nextToken } = page(all, PAGE_SIZE, NextToken);
        return { StackResourceSummaries: items.map(listedResource), NextToken: nextToken };
      },
    } satisfies Operation<StackInput>,
    DescribeStackResources: {
      resources,
      accepts: { StackName: true, LogicalResourceId: true, PhysicalResourceId: true },
      run: (input) => ({ StackResources: selectResources(deployment, input) }),
    } satisfies Operation<ResourceInput>,
    DescribeStackEvents: {
      resources,
      accepts: { StackName: true, NextToken: true },
      run({ StackName, NextToken }) {
        const { items, nextToken } = page(stackEvents(findStack(deployment, StackName)), PAGE_SIZE, NextToken);
        return { StackEvents: items, NextToken: nextToken };
      },
    } satisfies Operation<StackInput>,
    DescribeStackResource: {
      resources,
      accepts: { StackName: true, LogicalResourceId: true },
      run({ StackName, LogicalResourceId = '' }) {
        const stack = findStack(deployment, StackName);
        return { StackResourceDetail: detail(stack, LogicalResourceId) };
      },
    } satisfies Operation<ResourceInput>,
  };
}

function selectResources(deployment: Deployment, input: ResourceInput): object[] {
  const { StackName, LogicalResourceId, PhysicalResourceId } = input;
  if (!StackName && !PhysicalResourceId) {
    throw new AwsError('ValidationError', 'Either StackName or PhysicalResourceId must be specified');
  }
  const stack = StackName ? findStack(deployment, StackName) : stackOf(deployment, PhysicalResourceId as string);
  const isWanted = (resource: DeployedResource) => !LogicalResourceId || resource.logicalId === LogicalResourceId;
  return [...stack.resources.values()].filter(isWanted).map((resource) => describeResource(stack, resource));
}

function stackOf(deployment: Deployment, physicalId: string): DeployedStack {
  const stack = deployment.stacks.find(({ resources }) =>
    [...resources.values()].some((resource) => resource.physical.ref === physicalId),
  );
  if (!stack) throw new AwsError('ValidationError', `Stack for ${physicalId} does not exist`);
  return stack;
}

function detail(stack: DeployedStack, logicalId: string): object {
  const resource = stack.resources.get(logicalId);
  if (!resource) {
    throw new AwsError('ValidationError', `Resource ${logicalId} does not exist for stack ${stack.name}`);
  }
  const { Timestamp, ...description } = describeResource(stack, resource);
  const metadata = stack.source.template.Resources[logicalId]?.Metadata;
  return { ...description, LastUpdatedTimestamp: Timestamp, Metadata: metadata && JSON.stringify(metadata) };
}
