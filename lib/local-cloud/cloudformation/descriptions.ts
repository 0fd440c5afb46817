import { stableUuid } from '../core/stable-id.ts';
import type { DeployedResource, DeployedStack } from '../template/deployment.ts';

/** What NoEcho parameters show instead of their value. */
const MASK = '****';

/** A stack as DescribeStacks answers it. */
export function describeStack(stack: DeployedStack): object {
  const { source } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    Description: source.template.Description,
    Parameters: [...stack.parameters].map(([name, { given, value, fromSsm, noEcho }]) => ({
      ParameterKey: name,
      ParameterValue: noEcho ? MASK : given,
      ResolvedValue: fromSsm ? [value].flat().join(',') : undefined,
    })),
    CreationTime: new Date(stack.createdAtMs),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    DisableRollback: true,
    NotificationARNs: [],
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    Outputs: [...stack.outputs].map(([name, { value, description, exportName }]) => ({
      OutputKey: name,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
    Tags: Object.entries(source.tags).map(([Key, Value]) => ({ Key, Value })),
    EnableTerminationProtection: source.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** A stack as ListStacks answers it. */
export function listedStack(stack: DeployedStack): object {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: stack.source.template.Description,
    CreationTime: new Date(stack.createdAtMs),
    StackStatus: stack.status,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** A resource as DescribeStackResources answers it. */
export function describeResource(stack: DeployedStack, resource: DeployedResource) {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physical.ref,
    ResourceType: resource.type,
    Timestamp: new Date(resource.createdAtMs),
    ResourceStatus: 'CREATE_COMPLETE',
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

/** What DescribeStackEvents answers, the latest first: the end of each resource's creation, and of the stack's. */
export function stackEvents(stack: DeployedStack): object[] {
  const { id: StackId, name: StackName } = stack;
  const resources = [...stack.resources.values()];
  const event = (key: string, fields: object) => ({
    StackId,
    StackName,
    EventId: stableUuid(`${StackId} ${key}`),
    ...fields,
  });
  const created = resources.map((resource) =>
    event(resource.logicalId, {
      LogicalResourceId: resource.logicalId,
      PhysicalResourceId: resource.physical.ref,
      ResourceType: resource.type,
      Timestamp: new Date(resource.createdAtMs),
      ResourceStatus: 'CREATE_COMPLETE',
    }),
  );
  const ended = event('', {
    LogicalResourceId: StackName,
    PhysicalResourceId: StackId,
    ResourceType: 'AWS::CloudFormation::Stack',
    Timestamp: new Date(Math.max(stack.createdAtMs, ...resources.map(({ createdAtMs }) => createdAtMs))),
    ResourceStatus: stack.status,
  });
  return [...created, ended].reverse();
}

/** A resource as ListStackResources answers it. */
export function listedResource(resource: DeployedResource): object {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physical.ref,
    ResourceType: resource.type,
    LastUpdatedTimestamp: new Date(resource.createdAtMs),
    ResourceStatus: 'CREATE_COMPLETE',
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}
