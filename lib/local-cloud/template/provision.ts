import { UnsupportedError } from '../core/aws-error.ts';
import type { CloudContext, ServiceModule } from '../core/service.ts';
import type { Assembly, StackTemplate } from './assembly.ts';
import { createResource } from './create-resource.ts';
import { customResourceType, isCustomResource } from './custom-resource.ts';
import { DeployedStack, type Deployment } from './deployment.ts';
import { resolveDynamicReferences } from './dynamic-references.ts';
import { CycleError, inDependencyOrder } from './graph.ts';
import { evaluate, type Scope } from './intrinsics.ts';
import { noEffectTypes } from './no-effect.ts';
import { resolveParameters } from './parameters.ts';
import { referencesIn } from './references.ts';
import { checkRules } from './rules.ts';
import { deployedScope, plannedScope } from './scope.ts';
import { orderStacks } from './stack-order.ts';
import { type KnownType, problemsOf, resourceLabel, type TypeLookup } from './support.ts';
import { TemplateError } from './template.ts';

/** What creating stacks needs to know. */
export interface Provisioning {
  context: CloudContext;
  modules: ServiceModule[];
  deployment: Deployment;
}

/**
 * Creates the resources of all stacks of an assembly, the stacks and their resources in dependency order.
 * All that is not supported is reported together, before anything is created.
 */
export async function provision(assembly: Assembly, { context, modules, deployment }: Provisioning): Promise<void> {
  const types = typeLookup(modules, context);
  refuseUnsupported(assembly.stacks, types, context);
  for (const template of orderStacks(assembly.stacks, context.account)) {
    const stack = new DeployedStack(template, context.account, context.clock.now());
    deployment.add(stack);
    await new StackCreation(stack, types, context, deployment).run();
    context.log.info(`${stack.name}: ${stack.resources.size} resources`);
  }
}

function refuseUnsupported(stacks: StackTemplate[], types: TypeLookup, context: CloudContext): void {
  const problems = stacks.flatMap((stack) => problemsOf(stack, types, plannedScope(stack, context.account)));
  if (problems.length === 1) throw new UnsupportedError(problems[0] as string);
  if (problems.length > 1) throw new UnsupportedError(['The templates cannot be run:', ...problems].join('\n- '));
}

/** Who creates resources of which type. */
export function typeLookup(modules: ServiceModule[], context: CloudContext): TypeLookup {
  const types = new Map<string, KnownType>();
  const all: KnownType[] = [...noEffectTypes(), ...modules.flatMap((module) => module.resourceTypes)];
  for (const type of all) types.set(type.type, type);
  return (type) => types.get(type) ?? (isCustomResource(type) ? customResourceType(type, context) : undefined);
}

/** The creation of one stack. */
class StackCreation {
  readonly #stack: DeployedStack;
  readonly #types: TypeLookup;
  readonly #context: CloudContext;
  readonly #scope: Scope;

  constructor(stack: DeployedStack, types: TypeLookup, context: CloudContext, deployment: Deployment) {
    this.#stack = stack;
    this.#types = types;
    this.#context = context;
    this.#scope = deployedScope(stack, deployment, context.account);
  }

  async run(): Promise<void> {
    try {
      this.#stack.parameters = await resolveParameters(this.#stack.source, this.#context.api);
      checkRules(this.#stack.name, this.#stack.source.template, this.#scope);
      for (const logicalId of this.#creationOrder()) await this.#create(logicalId);
      await this.#publishOutputs();
      this.#stack.status = 'CREATE_COMPLETE';
    } catch (error) {
      this.#stack.status = 'CREATE_FAILED';
      throw error;
    }
  }

  /** The resources whose condition holds, each after those it refers to. */
  #creationOrder(): string[] {
    const resources = Object.entries(this.#stack.source.template.Resources);
    const wanted = resources.filter(([, { Condition }]) => !Condition || this.#scope.condition(Condition));
    const needs = new Map(
      wanted.map(([id, { Properties, DependsOn }]) => [id, [...referencesIn(Properties), ...[DependsOn ?? []].flat()]]),
    );
    try {
      return inDependencyOrder(needs.keys(), (id) => needs.get(id)?.filter((need) => needs.has(need)) ?? []);
    } catch (error) {
      if (!(error instanceof CycleError)) throw error;
      throw new TemplateError(`${this.#stack.name}: the resources depend on each other: ${error.message}.`, {
        cause: error,
      });
    }
  }

  async #create(logicalId: string): Promise<void> {
    const type = this.#stack.source.template.Resources[logicalId]?.Type as string;
    const label = resourceLabel(this.#stack.source, logicalId);
    const creating = createResource(this.#stack, logicalId, {
      type: this.#types(type) as KnownType,
      scope: this.#scope,
      context: this.#context,
    });
    const physical = await creating.catch((cause: Error) => {
      if (cause instanceof UnsupportedError) throw new UnsupportedError(`${label}: ${cause.message}`, { cause });
      throw new TemplateError(`${label} could not be created: ${cause.message}`, { cause });
    });
    this.#stack.resources.set(logicalId, { logicalId, type, physical, createdAtMs: this.#context.clock.now() });
  }

  async #publishOutputs(): Promise<void> {
    for (const [name, output] of Object.entries(this.#stack.source.template.Outputs ?? {})) {
      if (output.Condition && !this.#scope.condition(output.Condition)) continue;
      const value = await resolveDynamicReferences(evaluate(output.Value, this.#scope), this.#context.api);
      const exportName = output.Export && String(evaluate(output.Export.Name, this.#scope));
      // An output without a value, `AWS::NoValue`, does not appear.
      if (value === undefined) continue;
      this.#stack.outputs.set(name, { value: String(value), description: output.Description, exportName });
    }
  }
}
