import type { Account } from '../core/account.ts';
import type { StackTemplate } from './assembly.ts';
import { ssmNamesIn } from './dynamic-references.ts';
import { CycleError, inDependencyOrder } from './graph.ts';
import { evaluate } from './intrinsics.ts';
import { ssmNameOf } from './parameters.ts';
import { visitIntrinsics } from './references.ts';
import { NotYetKnown, plannedScope } from './scope.ts';
import { isObject, TemplateError } from './template.ts';

/**
 * Orders stacks so that each comes after those it depends on: by CDK's own word, because it imports one of their
 * exports or outputs, or because it reads an SSM parameter that they write (CDK does not know of the last kind).
 */
export function orderStacks(stacks: StackTemplate[], account: Account): StackTemplate[] {
  const byId = new Map(stacks.map((stack) => [stack.id, stack]));
  const providers = findProviders(stacks, account);
  const dependenciesOf = (id: string) => {
    const stack = byId.get(id) as StackTemplate;
    const needed = [...needsOf(stack, account)].map((need) => providers.get(need));
    return [...stack.dependencies, ...needed].filter(
      (other) => other !== undefined && other !== id && byId.has(other),
    ) as string[];
  };
  try {
    return inDependencyOrder(byId.keys(), dependenciesOf).map((id) => byId.get(id) as StackTemplate);
  } catch (error) {
    if (!(error instanceof CycleError)) throw error;
    throw new TemplateError(`The stacks depend on each other: ${error.message}.`, { cause: error });
  }
}

/** The id of the stack that provides something: keys are `ssm:<name>`, `export:<name>` and `output:<stack>`. */
function findProviders(stacks: StackTemplate[], account: Account): Map<string, string> {
  const providers = new Map<string, string>();
  for (const stack of stacks) {
    providers.set(`output:${stack.name}`, stack.id);
    for (const resource of Object.values(stack.template.Resources)) {
      if (resource.Type !== 'AWS::SSM::Parameter') continue;
      const name = known(resource.Properties?.Name, stack, account);
      if (name !== undefined) providers.set(`ssm:${name}`, stack.id);
    }
    for (const output of Object.values(stack.template.Outputs ?? {})) {
      const name = known(output.Export?.Name, stack, account);
      if (name !== undefined) providers.set(`export:${name}`, stack.id);
    }
  }
  return providers;
}

function needsOf(stack: StackTemplate, account: Account): Set<string> {
  const needs = new Set<string>();
  for (const [name, parameter] of Object.entries(stack.template.Parameters ?? {})) {
    const ssmName = ssmNameOf(parameter, stack.parameters[name]);
    if (ssmName) needs.add(`ssm:${ssmName}`);
  }
  for (const name of ssmNamesIn(JSON.stringify(stack.template))) needs.add(`ssm:${name}`);
  visitIntrinsics(stack.template, (name, argument) => {
    if (name === 'Fn::ImportValue') needs.add(`export:${known(argument, stack, account)}`);
    if (name !== 'Fn::GetStackOutput' || !isObject(argument)) return;
    needs.add(`output:${known(argument.StackName, stack, account)}`);
  });
  return needs;
}

/** The value if it can be told before anything exists. */
function known(value: unknown, stack: StackTemplate, account: Account): unknown {
  try {
    return evaluate(value, plannedScope(stack, account));
  } catch (error) {
    if (error instanceof NotYetKnown) return undefined;
    throw error;
  }
}
