import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties of many types
  Properties?: any;
}

export interface Template {
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Resources: Record<string, Resource>;
}

/** Templates by the names of their stacks. */
export type Templates = Record<string, Template>;

/** A resource, with the stack that it is in and the service that its tags name. */
export interface Found {
  stack: string;
  id: string;
  service: string;
  type: string;
  properties: NonNullable<Resource['Properties']>;
}

/** All templates of a synthesized app. */
export function readTemplates(assemblyDir: string): Templates {
  const files = globSync('*.template.json', { cwd: assemblyDir }).sort();
  if (files.length === 0) throw new Error(`There are no templates in ${assemblyDir}: run npm run synth.`);
  return Object.fromEntries(
    files.map((file) => [
      basename(file, '.template.json'),
      JSON.parse(readFileSync(join(assemblyDir, file), 'utf8')) as Template,
    ]),
  );
}

/** The resources of all stacks of an app, and what they refer to, also from one stack to another. */
export class Resources {
  readonly all: Found[];
  readonly #templates: Templates;
  readonly #byId: Map<string, Found>;
  readonly #byParameterName: Map<string, Found>;

  constructor(templates: Templates) {
    this.#templates = templates;
    this.all = Object.entries(templates).flatMap(([stack, { Resources: resources }]) => {
      const service = serviceOf(resources);
      if (!service) return [];
      return Object.entries(resources).map(([id, { Type: type, Properties = {} }]) => {
        return { stack, id, service, type, properties: Properties };
      });
    });
    this.#byId = new Map(this.all.map((found) => [`${found.stack} ${found.id}`, found]));
    const parameters = this.ofType('AWS::SSM::Parameter');
    this.#byParameterName = new Map(parameters.map((found) => [found.properties.Name, found]));
  }

  ofType(type: string): Found[] {
    return this.all.filter((found) => found.type === type);
  }

  /** Whatever a value refers to. A parameter that another stack leaves stands for what that stack puts into it. */
  referredTo(stack: string, value: unknown): Found[] {
    return [...new Set(referencesIn(value).flatMap((id) => this.#resolve(stack, id)))];
  }

  /** The functions that a value refers to: themselves, or by an alias or a version. */
  functionsIn(stack: string, value: unknown): Found[] {
    return this.referredTo(stack, value).filter(({ type }) => type === 'AWS::Lambda::Function');
  }

  #resolve(stack: string, id: string): Found[] {
    const found = this.#byId.get(`${stack} ${id}`);
    if (found?.type === 'AWS::Lambda::Alias' || found?.type === 'AWS::Lambda::Version') {
      return this.referredTo(found.stack, found.properties.FunctionName);
    }
    if (found) return [found];
    const parameter = this.#templates[stack]?.Parameters?.[id];
    if (!parameter?.Type.startsWith('AWS::SSM::Parameter::Value')) return [];
    const left = this.#byParameterName.get(String(parameter.Default));
    return left ? this.referredTo(left.stack, left.properties.Value) : [];
  }
}

/** The ids that intrinsic functions in a value name, with pseudo parameters such as `AWS::Region`. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : inner).split('.')[0] ?? ''];
    if (key === 'Fn::Sub') return [...referencesIn(inner), ...namedInSub(inner)];
    return referencesIn(inner);
  });
}

function namedInSub(sub: unknown): string[] {
  const text = String(Array.isArray(sub) ? sub[0] : sub);
  return [...text.matchAll(/\$\{([\w:]+)/g)].map(([, id = '']) => id);
}

/** What is plain text in a value, with nothing in place of what is only known at deployment. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const [separator, parts] = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'] ?? [];
  return parts ? parts.map(plainText).join(separator) : '';
}

/** A stack is of one service: all that can be tagged says which. */
function serviceOf(resources: Record<string, Resource>): string | undefined {
  for (const { Properties } of Object.values(resources)) {
    const service = tagOf(Properties?.Tags, 'Service');
    if (service) return service;
  }
  return undefined;
}

function tagOf(tags: unknown, key: string): string | undefined {
  if (Array.isArray(tags)) return tags.find(({ Key }) => Key === key)?.Value;
  return (tags as Record<string, string> | undefined)?.[key];
}

/** What a function is called in its folder: its description is `inventory: reserve-stock`. */
export function nameOfFunction({ id, properties }: Found): string {
  return String(properties.Description ?? id)
    .split(': ')
    .at(-1) as string;
}
