import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inDependencyOrder } from './graph.ts';
import { isObject, type JsonObject, type Template, TemplateError } from './template.ts';

/** One stack of a cloud assembly, as it would be handed to CloudFormation. */
export interface StackTemplate {
  /** The artifact's id in the manifest; it differs from the name when the stack has a `stackName`. */
  id: string;
  name: string;
  /** The stack's construct path, such as `Prod/Order`. */
  displayName: string;
  template: Template;
  tags: Record<string, string>;
  terminationProtection: boolean;
  /** Values for the template's parameters that the app has set. */
  parameters: Record<string, string>;
  /** Ids of the stacks that have to be deployed before this one. */
  dependencies: string[];
  /** CDK's construct path of each logical id, such as `BazaarOrder/OrderTable/Resource`. */
  paths: Map<string, string>;
}

/** A synthesized CDK app: the content of `cdk.out`. */
export interface Assembly {
  directory: string;
  /** In deployment order. */
  stacks: StackTemplate[];
  /** From the S3 object key of a file asset, as in a template's `Code.S3Key`, to the directory or file on disk. */
  assets: Map<string, string>;
}

interface Artifact {
  type: string;
  properties?: JsonObject;
  displayName?: string;
  dependencies?: string[];
  metadata?: JsonObject;
  additionalMetadataFile?: string;
}

export interface AssemblyOptions {
  /** Values for parameters of the templates, of whichever has them, as `cdk deploy --parameters` takes them. */
  parameters?: Record<string, string>;
  /** Names: only these stacks and those that they depend on, as `cdk deploy <name> ...` takes them; all by default. */
  stacks?: string[];
}

/** Reads a cloud assembly with the nested assemblies of its Stages. */
export function readAssembly(directory: string, { parameters = {}, stacks }: AssemblyOptions = {}): Assembly {
  const assembly: Assembly = { directory, stacks: [], assets: new Map() };
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new TemplateError(
      `There is no synthesized app in ${directory} (no manifest.json): run "npm run build" and "npm run synth".`,
    );
  }
  addAssembly(directory, assembly);
  for (const stack of assembly.stacks) stack.parameters = { ...stack.parameters, ...parametersOf(stack, parameters) };
  assembly.stacks = inDeploymentOrder(assembly.stacks);
  if (stacks) assembly.stacks = withDependencies(assembly, stacks);
  return assembly;
}

function withDependencies({ directory, stacks }: Assembly, names: string[]): StackTemplate[] {
  const unknown = names.find((wanted) => !stacks.some(({ name }) => name === wanted));
  if (unknown) {
    const known = stacks.map(({ name }) => name).join(', ');
    throw new TemplateError(`There is no stack ${unknown} in ${directory}: it has ${known}.`);
  }
  const wanted = new Set(stacks.filter(({ name }) => names.includes(name)).map(({ id }) => id));
  // In deployment order a stack follows what it depends on, so that going backwards meets the dependent one first.
  for (const { id, dependencies } of stacks.toReversed())
    if (wanted.has(id)) for (const dependency of dependencies) wanted.add(dependency);
  return stacks.filter(({ id }) => wanted.has(id));
}

function parametersOf({ template }: StackTemplate, given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => name in (template.Parameters ?? {})));
}

function addAssembly(directory: string, assembly: Assembly): void {
  const manifest = readJson(join(directory, 'manifest.json'));
  if (!isObject(manifest.artifacts)) throw unreadable(join(directory, 'manifest.json'));
  for (const [id, artifact] of Object.entries(manifest.artifacts as Record<string, Artifact>)) {
    const properties = artifact.properties ?? {};
    if (artifact.type === 'cdk:cloud-assembly')
      addAssembly(join(directory, String(properties.directoryName)), assembly);
    if (artifact.type === 'cdk:asset-manifest') addAssets(directory, String(properties.file), assembly.assets);
    if (artifact.type === 'aws:cloudformation:stack') assembly.stacks.push(readStack(directory, id, artifact));
  }
}

function readStack(directory: string, id: string, artifact: Artifact): StackTemplate {
  const properties = artifact.properties ?? {};
  const file = join(directory, String(properties.templateFile));
  const template = readJson(file);
  if (!isObject(template.Resources)) throw unreadable(file);
  return {
    id,
    name: String(properties.stackName ?? id),
    displayName: artifact.displayName ?? id,
    template: template as Template,
    tags: (properties.tags ?? {}) as Record<string, string>,
    terminationProtection: properties.terminationProtection === true,
    parameters: (properties.parameters ?? {}) as Record<string, string>,
    dependencies: artifact.dependencies ?? [],
    paths: readPaths(directory, artifact),
  };
}

/** A file asset can have several destinations (one per environment); the key is the same hash in all of them. */
function addAssets(directory: string, file: string, assets: Map<string, string>): void {
  const manifest = readJson(join(directory, file));
  const files = (manifest.files ?? {}) as Record<
    string,
    { source: { path?: string }; destinations: Record<string, { objectKey: string }> }
  >;
  for (const { source, destinations } of Object.values(files)) {
    if (source.path === undefined) continue;
    for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(directory, source.path));
  }
}

/** CDK notes the construct path of every logical id in the manifest, since 2025 in a file of its own. */
function readPaths(directory: string, artifact: Artifact): Map<string, string> {
  const paths = new Map<string, string>();
  const file = artifact.additionalMetadataFile && join(directory, artifact.additionalMetadataFile);
  const metadata = { ...artifact.metadata, ...(file && existsSync(file) ? readJson(file) : {}) };
  for (const [path, entries] of Object.entries(metadata)) {
    for (const entry of Array.isArray(entries) ? entries : []) {
      if (isObject(entry) && entry.type === 'aws:cdk:logicalId') paths.set(String(entry.data), path.replace(/^\//, ''));
    }
  }
  return paths;
}

function inDeploymentOrder(stacks: StackTemplate[]): StackTemplate[] {
  const byId = new Map(stacks.map((stack) => [stack.id, stack]));
  for (const stack of stacks) stack.dependencies = stack.dependencies.filter((id) => byId.has(id));
  const order = inDependencyOrder(byId.keys(), (id) => byId.get(id)?.dependencies ?? []);
  return order.map((id) => byId.get(id) as StackTemplate);
}

function readJson(file: string): JsonObject {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isObject(content)) return content;
  } catch (cause) {
    throw unreadable(file, cause);
  }
  throw unreadable(file);
}

function unreadable(file: string, cause?: unknown): TemplateError {
  return new TemplateError(`${file} cannot be read: run "npm run build" and "npm run synth".`, { cause });
}
