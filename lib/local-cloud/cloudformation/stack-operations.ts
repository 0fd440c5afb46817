import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import type { DeployedStack, Deployment } from '../template/deployment.ts';
import { describeStack, listedStack } from './descriptions.ts';

/** AWS lists 100 stacks or resources at a time. */
export const PAGE_SIZE = 100;

export interface StackInput {
  StackName?: string;
  NextToken?: string;
}

/** The ARN of the stack that is asked about, for IAM. */
export function stackResources(deployment: Deployment): (input: StackInput) => string[] {
  return ({ StackName }) => [StackName ? (deployment.find(StackName)?.id ?? '*') : '*'];
}

export function findStack(deployment: Deployment, nameOrId = ''): DeployedStack {
  const stack = deployment.find(nameOrId);
  if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  return stack;
}

/** The actions about stacks as a whole. */
export function stackOperations(deployment: Deployment): Record<string, AnyOperation> {
  const resources = stackResources(deployment);
  return {
    DescribeStacks: {
      resources,
      accepts: { StackName: true, NextToken: true },
      run({ StackName, NextToken }) {
        const stacks = StackName ? [findStack(deployment, StackName)] : deployment.stacks;
        const { items, nextToken } = page(stacks, PAGE_SIZE, NextToken);
        return { Stacks: items.map(describeStack), NextToken: nextToken };
      },
    } satisfies Operation<StackInput>,
    ListStacks: {
      resources,
      accepts: { StackStatusFilter: true, NextToken: true },
      run({ StackStatusFilter, NextToken }) {
        const stacks = deployment.stacks.filter(({ status }) => StackStatusFilter?.includes(status) ?? true);
        const { items, nextToken } = page(stacks, PAGE_SIZE, NextToken);
        return { StackSummaries: items.map(listedStack), NextToken: nextToken };
      },
    } satisfies Operation<StackInput & { StackStatusFilter?: string[] }>,
    GetTemplate: {
      resources,
      accepts: { StackName: true, TemplateStage: true },
      run({ StackName }) {
        const { template } = findStack(deployment, StackName).source;
        return { TemplateBody: JSON.stringify(template, null, 1), StagesAvailable: ['Original', 'Processed'] };
      },
    } satisfies Operation<StackInput>,
    ListExports: {
      resources: () => ['*'],
      accepts: { NextToken: true },
      run: () => ({ Exports: deployment.stacks.flatMap(exportsOf) }),
    } satisfies Operation<StackInput>,
  };
}

function exportsOf(stack: DeployedStack): object[] {
  const exported = [...stack.outputs.values()].filter((output) => output.exportName !== undefined);
  return exported.map(({ exportName, value }) => ({ ExportingStackId: stack.id, Name: exportName, Value: value }));
}
