import { UnsupportedError } from '../core/aws-error.ts';
import type { CloudContext, Physical } from '../core/service.ts';
import type { DeployedStack } from './deployment.ts';
import { resolveDynamicReferences } from './dynamic-references.ts';
import { evaluate, type Scope } from './intrinsics.ts';
import { physicalName } from './physical-name.ts';
import { type KnownType, propertyProblems } from './support.ts';

/** What creating a resource needs to know. */
export interface Creation {
  type: KnownType;
  scope: Scope;
  context: CloudContext;
}

/** Creates the resource as the stack's template has it. */
export async function createResource(
  stack: DeployedStack,
  logicalId: string,
  { type, scope, context }: Creation,
): Promise<Physical> {
  const { Properties = {}, Metadata = {}, Type = '' } = stack.source.template.Resources[logicalId] ?? {};
  const resolved = await resolveDynamicReferences(evaluate(Properties, scope), context.api);
  // What a function has brought in could not be seen before.
  const [problem] = propertyProblems(resolved, type);
  if (problem) throw new UnsupportedError(problem);
  return type.create({
    stackName: stack.name,
    logicalId,
    type: Type,
    properties: resolved as Record<string, unknown>,
    metadata: Metadata,
    generatedName: (maxLength) => physicalName(stack.name, logicalId, maxLength),
  });
}
