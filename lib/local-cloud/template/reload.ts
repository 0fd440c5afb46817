import type { CloudContext } from '../core/service.ts';
import type { Assembly, StackTemplate } from './assembly.ts';
import { compareStacks, type ResourceChange } from './changes.ts';
import type { DeployedStack, Deployment } from './deployment.ts';
import { resolveDynamicReferences } from './dynamic-references.ts';
import { evaluate } from './intrinsics.ts';
import { hasNoEffect } from './no-effect.ts';
import { deployedScope } from './scope.ts';
import { resourceLabel, type TypeLookup } from './support.ts';
import { isObject, type JsonObject, type TemplateResource } from './template.ts';
import { type FunctionCode, VersionUpdate } from './version-update.ts';

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
  types: TypeLookup;
  /** Lets `$LATEST` of a function run from another directory, with other variables if there are any. */
  swapCode(functionName: string, directory: string, environment?: Record<string, string>): Promise<void>;
  /** Changes an alias step by step, by CodeDeploy. */
  shift: Shift;
}

/** Begins a deployment; `ended` resolves when it is over: with why it failed, if it did. */
export type Shift = (
  group: { applicationName: string; deploymentGroupName: string },
  revision: { functionName: string; alias: string; currentVersion: string; targetVersion: string },
) => { ended: Promise<string | undefined> };

const FUNCTION = 'AWS::Lambda::Function';
const ALARM = 'AWS::CloudWatch::Alarm';

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
    if (this.#deployed.status === 'UPDATE_IN_PROGRESS' && resources.length > 0) {
      needRestart.push(`${this.#next.name}: its last deployment has not ended yet.`);
      return;
    }
    for (const section of sections) needRestart.push(`${this.#next.name}: the section ${section} has changed.`);
    const update = new VersionUpdate(this.#deployed, this.#next, this.#reloading);
    for (const change of resources.filter((candidate) => !followsFromCode(candidate))) {
      const source = change.kind === 'removed' ? this.#deployed.source : this.#next;
      const label = resourceLabel(source, change.logicalId);
      const isTaken = await this.#take(change, update);
      if (!isTaken) needRestart.push(`${label}: ${describe(change)}`);
      else if (change.type === FUNCTION) swapped.push(label);
    }
    await update.run();
  }

  /** Resolves to false when the change is more than can be taken over, or needs something that does not exist yet. */
  async #take(change: ResourceChange, update: VersionUpdate): Promise<boolean> {
    const { logicalId, type, kind, properties } = change;
    if (type === ALARM && kind === 'changed') return update.addAlarm(logicalId);
    const isCode = properties.length > 0 && properties.every((property) => SWAPPABLE.includes(property));
    if (type !== FUNCTION || !isCode) return false;
    const resource = this.#next.template.Resources[logicalId];
    const code = resource && (await this.#resolve(resource));
    const before = this.#deployed.source.template.Resources[logicalId];
    const replaced = before && (await this.#resolve(before));
    if (!code) return false;
    await update.addFunction(logicalId, { code, replaced });
    return true;
  }

  /** Where the code of a function is, and its variables. */
  async #resolve({ Properties = {} }: TemplateResource): Promise<FunctionCode | undefined> {
    const { context, deployment } = this.#reloading;
    const { Code, Environment } = Properties;
    try {
      const evaluated = evaluate({ Code, Environment }, deployedScope(this.#deployed, deployment, context.account));
      const resolved = (await resolveDynamicReferences(evaluated, context.api)) as JsonObject;
      const key = isObject(resolved.Code) ? String(resolved.Code.S3Key) : '';
      const directory = this.#assets.get(key);
      const variables = isObject(resolved.Environment) ? resolved.Environment.Variables : {};
      return directory ? { directory, variables: variables as Record<string, string> } : undefined;
    } catch {
      // It refers to a resource that has come with it; the restart that this one needs will bring both.
      return undefined;
    }
  }
}

/** A version is published, and its alias moved, for no other reason than new code: {@link VersionUpdate} does it. */
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
