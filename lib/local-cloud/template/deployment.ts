import type { Account } from '../core/account.ts';
import type { Physical } from '../core/service.ts';
import { stableUuid } from '../core/stable-id.ts';
import type { StackTemplate } from './assembly.ts';
import type { ParameterValue } from './parameters.ts';
import { TemplateError } from './template.ts';

export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_COMPLETE';

/** A resource that exists. */
export interface DeployedResource {
  logicalId: string;
  type: string;
  physical: Physical;
  createdAtMs: number;
}

export interface DeployedOutput {
  value: string;
  description?: string;
  exportName?: string;
}

export function stackArn(name: string, account: Account): string {
  return account.arn('cloudformation', `stack/${name}/${stableUuid(name)}`);
}

/** A stack while it is created, and then for the life of the cloud. */
export class DeployedStack {
  readonly source: StackTemplate;
  /** The stack's ARN. */
  readonly id: string;
  readonly createdAtMs: number;
  status: StackStatus = 'CREATE_IN_PROGRESS';
  parameters = new Map<string, ParameterValue>();
  readonly resources = new Map<string, DeployedResource>();
  readonly outputs = new Map<string, DeployedOutput>();

  constructor(source: StackTemplate, account: Account, createdAtMs: number) {
    this.source = source;
    this.id = stackArn(source.name, account);
    this.createdAtMs = createdAtMs;
  }

  get name(): string {
    return this.source.name;
  }
}

/** All that has been deployed: what stacks read of each other, and what CloudFormation's API tells. */
export class Deployment {
  readonly #stacks = new Map<string, DeployedStack>();

  get stacks(): DeployedStack[] {
    return [...this.#stacks.values()];
  }

  add(stack: DeployedStack): void {
    if (this.#stacks.has(stack.name)) throw new TemplateError(`Two stacks are named ${stack.name}.`);
    this.#stacks.set(stack.name, stack);
  }

  /** Finds a stack by its name or its ARN. */
  find(nameOrId: string): DeployedStack | undefined {
    return this.#stacks.get(nameOrId) ?? this.stacks.find((stack) => stack.id === nameOrId);
  }

  /** The value that some stack exports under `name`. */
  exported(name: string): string {
    for (const stack of this.stacks) {
      for (const output of stack.outputs.values()) if (output.exportName === name) return output.value;
    }
    throw new TemplateError(`No export named ${name} found.`);
  }

  output(stackName: string, outputName: string): string {
    const output = this.find(stackName)?.outputs.get(outputName);
    if (!output) throw new TemplateError(`The stack ${stackName} has no output ${outputName}.`);
    return output.value;
  }
}
