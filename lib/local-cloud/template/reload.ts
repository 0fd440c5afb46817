import type { CloudContext } from '../core/service.ts';
import type { Assembly, StackTemplate } from './assembly.ts';
import { compareStacks, type ResourceChange } from './changes.ts';
import type { DeployedStack, Deployment } from './deployment.ts';
import { resolveDynamicReferences } from './dynamic-references.ts';
import { evaluate } from './intrinsics.ts';
import { hasNoEffect } from './no-effect.ts';
import { deployedScope } from './scope.ts';
import { resourceLabel } from './support.ts';
import { isObject, type JsonObject } from './template.ts';

export interface Reloaded {
  /** Functions that run their new code or have their new variables. */
  swapped: string[];
  /** Sentences: what else differs, and is only there after a restart. */
  needRestart: string[];
}

/** What taking over changed code needs. */
export interface Reloading {
  context: CloudContext;
  deployment: Deployment;
  /** Lets a function run from another directory, with other variables if there are any. */
  swapCode(functionName: string, directory: string, environment?: Record<string, string>): Promise<void>;
}

/** Properties of a function that can be taken over while the cloud runs. */
const SWAPPABLE = ['Code', 'Environment'];

/** Compares what is deployed with a new synthesis and takes over the code and the variables of functions. */
export async function reload(assembly: Assembly, reloading: Reloading): Promise<Reloaded> {
  const reloaded: Reloaded = { swapped: [], needRestart: [] };
  const names = new Set(assembly.stacks.map((stack) => stack.name));
  for (const stack of assembly.stacks) {
    const deployed = reloading.deployment.find(stack.name);
    if (deployed) await new StackReload(deployed, stack, assembly.assets, reloading).run(reloaded);
    else reloaded.needRestart.push(`${stack.name}: the stack is new.`);
  }
  for (const { name } of reloading.deployment.stacks) {
    if (!names.has(name)) reloaded.needRestart.push(`${name}: the stack is gone.`);
  }
  return reloaded;
}

class StackReload {
  readonly #deployed: DeployedStack;
  readonly #next: StackTemplate;
  readonly #assets: Map<string, string>;
  readonly #reloading: Reloading;

  constructor(deployed: DeployedStack, next: StackTemplate, assets: Map<string, string>, reloading: Reloading) {
    this.#deployed = deployed;
    this.#next = next;
    this.#assets = assets;
    this.#reloading = reloading;
  }

  async run({ swapped, needRestart }: Reloaded): Promise<void> {
    const { sections, resources } = compareStacks(this.#deployed.source, this.#next);
    for (const section of sections) needRestart.push(`${this.#next.name}: the section ${section} has changed.`);
    for (const change of resources.filter((candidate) => !followsFromCode(candidate))) {
      const source = change.kind === 'removed' ? this.#deployed.source : this.#next;
      const label = resourceLabel(source, change.logicalId);
      if (await this.#trySwap(change)) swapped.push(label);
      else needRestart.push(`${label}: ${describe(change)}`);
    }
  }

  /** Resolves to false when the change is more than code, or the code needs something that does not exist yet. */
  async #trySwap({ logicalId, type, properties }: ResourceChange): Promise<boolean> {
    const isCode = properties.length > 0 && properties.every((property) => SWAPPABLE.includes(property));
    const functionName = this.#deployed.resources.get(logicalId)?.physical.ref;
    if (type !== 'AWS::Lambda::Function' || !isCode || !functionName) return false;
    const { Code, Environment } = (await this.#resolve(logicalId)) ?? {};
    const directory = isObject(Code) ? this.#assets.get(String(Code.S3Key)) : undefined;
    if (!directory) return false;
    const variables = isObject(Environment) ? (Environment.Variables as Record<string, string>) : {};
    await this.#reloading.swapCode(functionName, directory, variables);
    this.#rememberSwap(logicalId);
    return true;
  }

  async #resolve(logicalId: string): Promise<JsonObject | undefined> {
    const { context, deployment } = this.#reloading;
    const { Code, Environment } = this.#next.template.Resources[logicalId]?.Properties ?? {};
    try {
      const resolved = evaluate({ Code, Environment }, deployedScope(this.#deployed, deployment, context.account));
      return (await resolveDynamicReferences(resolved, context.api)) as JsonObject;
    } catch {
      // It refers to a resource that has come with it; the restart that this one needs will bring both.
      return undefined;
    }
  }

  /** The deployed template goes on telling what still needs a restart. */
  #rememberSwap(logicalId: string): void {
    const resources = this.#deployed.source.template.Resources;
    const next = this.#next.template.Resources[logicalId];
    if (next) resources[logicalId] = next;
  }
}

/** A version is published, and its alias moved, for no other reason than new code, which all versions get. */
function followsFromCode({ type, kind, properties }: ResourceChange): boolean {
  if (type === 'AWS::Lambda::Version') return kind !== 'changed';
  if (type === 'AWS::Lambda::Alias') return kind === 'changed' && properties.join() === 'FunctionVersion';
  return hasNoEffect(type);
}

function describe({ kind, properties }: ResourceChange): string {
  if (kind === 'added') return 'the resource is new.';
  if (kind === 'removed') return 'the resource is gone.';
  return properties.length > 0 ? `${properties.join(', ')} changed.` : 'the resource has changed.';
}
