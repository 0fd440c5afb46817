import { Account } from '#lib/local-cloud/core/account.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import type {
  CloudContext,
  PropertyShape,
  Resource,
  ResourceType,
  ServiceModule,
} from '#lib/local-cloud/core/service.ts';
import type { Assembly, StackTemplate } from '#lib/local-cloud/template/assembly.ts';
import { Deployment } from '#lib/local-cloud/template/deployment.ts';
import { provision } from '#lib/local-cloud/template/provision.ts';
import type { Template } from '#lib/local-cloud/template/template.ts';

/** A stack as the assembly reader gives it. */
export function aStack(name: string, template: Partial<Template>, more: Partial<StackTemplate> = {}): StackTemplate {
  return {
    id: name,
    name,
    displayName: name,
    template: { Resources: {}, ...template },
    tags: {},
    terminationProtection: false,
    parameters: {},
    dependencies: [],
    paths: new Map(),
    ...more,
  };
}

export function anAssembly(...stacks: StackTemplate[]): Assembly {
  return { directory: 'cdk.out', stacks, assets: new Map() };
}

type ApiAnswer = (input: Record<string, unknown>) => unknown;

/** A cloud of made-up resource types that notes what is created, with an API of the actions given. */
export class FakeCloud {
  readonly created: Resource[] = [];
  readonly deployment = new Deployment();
  readonly calls: { action: string; input: Record<string, unknown> }[] = [];
  readonly context: CloudContext;
  readonly #types: ResourceType[] = [];

  constructor(answers: Record<string, ApiAnswer> = {}) {
    const call = async (service: string, action: string, input: object) => {
      this.calls.push({ action: `${service}:${action}`, input: input as Record<string, unknown> });
      const answer = answers[`${service}:${action}`];
      if (!answer) throw new Error(`${service}:${action} is not faked`);
      return answer(input as Record<string, unknown>);
    };
    this.context = {
      account: new Account(),
      clock: new Clock(),
      api: { call: call as CloudContext['api']['call'] },
      iam: {
        authorize() {},
        attachResourcePolicy() {},
        credentialsFor: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
      },
      log: SILENT,
    };
  }

  /** Adds a resource type; a resource's `Ref` is its generated name, its attributes are `Arn` and `Nested.Value`. */
  with(type: string, properties: PropertyShape = {}): this {
    const create = (resource: Resource) => {
      this.created.push(resource);
      return {
        ref: resource.generatedName(),
        attributes: { Arn: `arn:of:${resource.logicalId}`, Nested: { Value: 7 } },
      };
    };
    this.#types.push({ type, properties, create });
    return this;
  }

  async deploy(...stacks: StackTemplate[]): Promise<Deployment> {
    const { context, modules, deployment } = this;
    await provision(anAssembly(...stacks), { context, modules, deployment });
    return this.deployment;
  }

  get modules(): ServiceModule[] {
    return [{ name: 'fake', operations: {}, resourceTypes: this.#types }];
  }

  /** The properties that the resource was created with. */
  propertiesOf(logicalId: string): Record<string, unknown> | undefined {
    return this.created.find((resource) => resource.logicalId === logicalId)?.properties;
  }
}

/** A fake Parameter Store with these values. */
export function parameterStore(values: Record<string, string>): Record<string, ApiAnswer> {
  return {
    'ssm:GetParameter': ({ Name }) => {
      const value = values[String(Name)];
      if (value === undefined) throw new Error('ParameterNotFound');
      return { Parameter: { Name, Value: value } };
    },
  };
}
