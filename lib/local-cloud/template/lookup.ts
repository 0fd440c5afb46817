import type { DeployedStack, Deployment } from './deployment.ts';

/** A deployed resource as tests and tools look for it. */
export interface DeployedResourceView {
  stackName: string;
  logicalId: string;
  type: string;
  /** What `Ref` gives. */
  physicalId: string;
  /** CDK's construct path beneath the stack, when the assembly tells it. */
  path?: string;
}

/** The outputs of a stack by name. */
export function outputsOf(deployment: Deployment, stackName: string): Record<string, string> {
  return Object.fromEntries([...stackOf(deployment, stackName).outputs].map(([name, { value }]) => [name, value]));
}

export function listResources(deployment: Deployment, type?: string): DeployedResourceView[] {
  const all = deployment.stacks.flatMap(viewsOf);
  return type === undefined ? all : all.filter((resource) => resource.type === type);
}

/** Finds a resource by logical id, or by its construct path with or without the `/Resource` at the end. */
export function findPhysicalId(deployment: Deployment, stackName: string, idOrPath: string): string {
  const names = [idOrPath, `${idOrPath}/Resource`];
  const views = viewsOf(stackOf(deployment, stackName));
  const found = views.find(({ logicalId, path = '' }) => logicalId === idOrPath || names.includes(path));
  if (!found) throw new Error(`The stack ${stackName} has no resource ${idOrPath}.`);
  return found.physicalId;
}

function viewsOf(stack: DeployedStack): DeployedResourceView[] {
  return [...stack.resources.values()].map(({ logicalId, type, physical }) => ({
    stackName: stack.name,
    logicalId,
    type,
    physicalId: physical.ref,
    path: pathBeneathStack(stack, logicalId),
  }));
}

/** Without the stack, whose construct id need not be its name. */
function pathBeneathStack({ source }: DeployedStack, logicalId: string): string | undefined {
  const path = source.paths.get(logicalId);
  return path?.startsWith(`${source.displayName}/`) ? path.slice(source.displayName.length + 1) : path;
}

function stackOf(deployment: Deployment, stackName: string): DeployedStack {
  const stack = deployment.find(stackName);
  if (!stack) throw new Error(`There is no stack ${stackName}.`);
  return stack;
}
