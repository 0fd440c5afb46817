import { type Account, PARTITION } from '../core/account.ts';
import type { Physical } from '../core/service.ts';
import type { StackTemplate } from './assembly.ts';
import { evaluateCondition } from './conditions.ts';
import type { DeployedStack, Deployment } from './deployment.ts';
import { NO_VALUE, type Scope } from './intrinsics.ts';
import { literalParameter } from './parameters.ts';
import { TemplateError } from './template.ts';

/** Something that is known only once a resource exists or an SSM parameter has been read. */
export class NotYetKnown extends Error {
  override readonly name = 'NotYetKnown';
}

/** Where a stack's names are looked up; what differs between planning a stack and creating it. */
interface Source {
  stackId: string;
  parameter(name: string): unknown;
  resource(logicalId: string): Physical;
  exported(name: string): unknown;
  stackOutput(stackName: string, outputName: string): unknown;
}

/** The scope of a stack that is being created. */
export function deployedScope(stack: DeployedStack, deployment: Deployment, account: Account): Scope {
  return createScope(stack.source, account, {
    stackId: stack.id,
    parameter: (name) => stack.parameters.get(name)?.value,
    resource: (logicalId) => {
      const resource = stack.resources.get(logicalId);
      if (resource) return resource.physical;
      const isDefined = Object.hasOwn(stack.source.template.Resources, logicalId);
      throw new TemplateError(
        `${stack.name} refers to ${logicalId}, ${isDefined ? 'whose condition is false' : 'which the template does not define'}.`,
      );
    },
    exported: (name) => deployment.exported(name),
    stackOutput: (stackName, outputName) => deployment.output(stackName, outputName),
  });
}

/** The scope of a stack of which nothing exists yet: it throws {@link NotYetKnown} for all that has to be created. */
export function plannedScope(stack: StackTemplate, account: Account): Scope {
  const unknown = () => {
    throw new NotYetKnown('only known when the stack is created');
  };
  const parameter = (name: string) => {
    const definition = stack.template.Parameters?.[name];
    return definition && (literalParameter(definition, stack.parameters[name]) ?? unknown());
  };
  return createScope(stack, account, {
    stackId: `${stack.name}-id`,
    parameter,
    resource: unknown,
    exported: unknown,
    stackOutput: unknown,
  });
}

function createScope(stack: StackTemplate, account: Account, source: Source): Scope {
  const pseudoParameters: Record<string, unknown> = {
    'AWS::AccountId': account.id,
    'AWS::NoValue': NO_VALUE,
    'AWS::NotificationARNs': [],
    'AWS::Partition': PARTITION,
    'AWS::Region': account.region,
    'AWS::StackId': source.stackId,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const scope: Scope = {
    region: account.region,
    mappings: stack.template.Mappings ?? {},
    ref: (name) => pseudoParameters[name] ?? source.parameter(name) ?? source.resource(name).ref,
    attribute: (logicalId, attribute) => {
      const value = attributeOf(source.resource(logicalId), attribute);
      if (value !== undefined) return value;
      const type = stack.template.Resources[logicalId]?.Type;
      throw new TemplateError(`${stack.name}/${logicalId} (${type}) has no attribute ${attribute}.`);
    },
    condition: (name) => {
      const expression = stack.template.Conditions?.[name];
      if (expression === undefined) throw new TemplateError(`${stack.name} has no condition named ${name}.`);
      return evaluateCondition(expression, scope);
    },
    exported: source.exported,
    stackOutput: source.stackOutput,
  };
  return scope;
}

/** `Endpoint.Address` is either a key of its own or a path. */
function attributeOf(physical: Physical, attribute: string): unknown {
  const attributes = physical.attributes ?? {};
  if (Object.hasOwn(attributes, attribute)) return attributes[attribute];
  let value: unknown = attributes;
  for (const part of attribute.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}
