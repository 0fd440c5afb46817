import { OPERATOR } from '../core/service.ts';
import type { StackTemplate } from './assembly.ts';
import { createResource } from './create-resource.ts';
import type { DeployedResource, DeployedStack } from './deployment.ts';
import { evaluate } from './intrinsics.ts';
import type { Reloading, Shift } from './reload.ts';
import { deployedScope } from './scope.ts';
import type { KnownType } from './support.ts';
import { isObject, type TemplateResource } from './template.ts';

/** What a function runs. */
export interface FunctionCode {
  directory: string;
  variables: Record<string, string>;
}

const VERSION = 'AWS::Lambda::Version';
const ALIAS = 'AWS::Lambda::Alias';

/**
 * The update of a stack whose functions have new code, as CloudFormation makes it: `$LATEST` first, then new versions,
 * the alarms that watch them, and the aliases, by CodeDeploy where their update policy says so. When one of these
 * deployments fails, all of it is rolled back.
 */
export class VersionUpdate {
  readonly #deployed: DeployedStack;
  readonly #next: StackTemplate;
  readonly #reloading: Reloading;
  /** What the template said, and what there was, before. */
  readonly #before: { resources: Record<string, TemplateResource>; physical: Map<string, DeployedResource> };
  readonly #functions = new Map<string, FunctionCode | undefined>();
  readonly #alarms: string[] = [];
  /** Puts back what has been moved, the last first. */
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor(deployed: DeployedStack, next: StackTemplate, reloading: Reloading) {
    this.#deployed = deployed;
    this.#next = next;
    this.#reloading = reloading;
    this.#before = { resources: { ...deployed.source.template.Resources }, physical: new Map(deployed.resources) };
  }

  /** @param code what the function is to run; `replaced` is what it has run so far */
  async addFunction(id: string, { code, replaced }: { code: FunctionCode; replaced?: FunctionCode }): Promise<void> {
    await this.#swap(id, code);
    this.#adopt(id);
    this.#functions.set(id, replaced);
  }

  addAlarm(id: string): boolean {
    this.#alarms.push(id);
    return true;
  }

  async run(): Promise<void> {
    const newVersions = this.#ofFunctions(VERSION, this.#next.template.Resources).filter((id) => !this.#has(id));
    for (const id of [...newVersions, ...this.#alarms]) {
      this.#adopt(id);
      await this.#create(id);
    }
    const shifts = [];
    for (const id of this.#ofFunctions(ALIAS, this.#next.template.Resources)) shifts.push(await this.#moveAlias(id));
    const deployments = shifts.flatMap((shift) => (shift ? [shift.ended] : []));
    if (deployments.length === 0) return this.#forgetOldVersions();
    this.#deployed.status = 'UPDATE_IN_PROGRESS';
    void Promise.all(deployments).then((outcomes) => this.#conclude(outcomes));
  }

  async #conclude(outcomes: (string | undefined)[]): Promise<void> {
    const { log } = this.#reloading.context;
    const [failure] = outcomes.filter((outcome) => outcome !== undefined);
    try {
      if (failure === undefined) await this.#forgetOldVersions();
      else await this.#rollBack();
      this.#deployed.status = failure === undefined ? 'UPDATE_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
    } catch (error) {
      log.warn(`${this.#deployed.name}: the update could not be ended: ${String(error)}`);
    }
    if (failure !== undefined) log.warn(`${this.#deployed.name}: rolled back: ${failure}`);
  }

  async #rollBack(): Promise<void> {
    const created = [...this.#deployed.resources.keys()].filter((id) => !this.#before.physical.has(id));
    for (const undo of this.#undo.reverse()) await undo();
    this.#deployed.source.template.Resources = this.#before.resources;
    for (const [id, code] of this.#functions) if (code) await this.#swap(id, code);
    for (const id of this.#alarms) await this.#create(id);
    for (const id of created) await this.#deleteVersion(id);
  }

  async #forgetOldVersions(): Promise<void> {
    const old = this.#ofFunctions(VERSION, this.#before.resources).filter(
      (id) => !(id in this.#next.template.Resources),
    );
    for (const id of old) await this.#deleteVersion(id);
  }

  /** @returns how the deployment ends, if there has to be one */
  async #moveAlias(id: string): Promise<ReturnType<Shift> | undefined> {
    const { context, shift } = this.#reloading;
    this.#adopt(id);
    const { Properties, UpdatePolicy }: Partial<TemplateResource> = this.#next.template.Resources[id] ?? {};
    const { FunctionName, Name, FunctionVersion } = this.#evaluate(Properties) as Record<string, string>;
    const alias = { FunctionName, Name };
    const move = (version: string) => {
      const input = { ...alias, FunctionVersion: version, RoutingConfig: {} };
      return context.api.call('lambda', 'UpdateAlias', input, { caller: OPERATOR });
    };
    const found = await context.api.call<{ FunctionVersion: string }>('lambda', 'GetAlias', alias, {
      caller: OPERATOR,
    });
    const currentVersion = found.FunctionVersion;
    if (currentVersion === FunctionVersion) return undefined;
    this.#undo.push(() => move(currentVersion));
    const policy = isObject(UpdatePolicy) && UpdatePolicy.CodeDeployLambdaAliasUpdate;
    if (!policy) {
      await move(String(FunctionVersion));
      return undefined;
    }
    const group = this.#evaluate(policy) as Record<string, string>;
    return shift(
      { applicationName: group.ApplicationName ?? '', deploymentGroupName: group.DeploymentGroupName ?? '' },
      { functionName: FunctionName ?? '', alias: Name ?? '', currentVersion, targetVersion: String(FunctionVersion) },
    );
  }

  async #create(id: string): Promise<void> {
    const { types, context } = this.#reloading;
    const type = this.#deployed.source.template.Resources[id]?.Type ?? '';
    const creation = { type: types(type) as KnownType, scope: this.#scope, context };
    const physical = await createResource(this.#deployed, id, creation);
    this.#deployed.resources.set(id, { logicalId: id, type, physical, createdAtMs: context.clock.now() });
  }

  async #deleteVersion(id: string): Promise<void> {
    const { ref } = this.#deployed.resources.get(id)?.physical ?? {};
    if (ref)
      await this.#reloading.context.api.call('lambda', 'DeleteFunction', { FunctionName: ref }, { caller: OPERATOR });
    this.#deployed.resources.delete(id);
    delete this.#deployed.source.template.Resources[id];
  }

  async #swap(id: string, { directory, variables }: FunctionCode): Promise<void> {
    const name = this.#deployed.resources.get(id)?.physical.ref;
    if (name) await this.#reloading.swapCode(name, directory, variables);
  }

  /** Resources of the type that belong to functions with new code. */
  #ofFunctions(type: string, resources: Record<string, TemplateResource>): string[] {
    return Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
      const name = Properties?.FunctionName;
      const isOurs = Type === type && isObject(name) && this.#functions.has(String(name.Ref));
      return isOurs ? [id] : [];
    });
  }

  #has(id: string): boolean {
    return this.#deployed.resources.has(id);
  }

  /** The deployed template goes on telling what still needs a restart. */
  #adopt(id: string): void {
    const resource = this.#next.template.Resources[id];
    if (resource) this.#deployed.source.template.Resources[id] = resource;
  }

  #evaluate(value: unknown): unknown {
    return evaluate(value, this.#scope);
  }

  get #scope() {
    const { context, deployment } = this.#reloading;
    return deployedScope(this.#deployed, deployment, context.account);
  }
}
