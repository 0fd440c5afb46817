import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { appEnvironment } from '../../bin/build/app-environment.ts';
import { underLock } from '../../bin/build/lock.ts';

export const root = join(__dirname, '../..');

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties of many types
  Properties: any;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  UpdatePolicy?: { CodeDeployLambdaAliasUpdate?: { DeploymentGroupName: { Ref: string } } };
}

export interface Found extends Resource {
  stack: string;
  id: string;
}

/** The text of each template of an assembly, by the name of its stack. */
export function templatesIn(assembly: string): Record<string, string> {
  const files = globSync('*.template.json', { cwd: assembly }).sort();
  return Object.fromEntries(
    files.map((file) => [basename(file, '.template.json'), readFileSync(join(assembly, file), 'utf8')]),
  );
}

/** All resources of an assembly, or those of the types. */
export function resourcesIn(assembly: string, ...types: string[]): Found[] {
  const all = Object.entries(templatesIn(assembly)).flatMap(([stack, text]) => {
    const resources: Record<string, Resource> = JSON.parse(text).Resources;
    return Object.entries(resources).map(([id, resource]) => ({ stack, id, ...resource }));
  });
  return types.length === 0 ? all : all.filter(({ Type }) => types.includes(Type));
}

/**
 * Runs the CDK app in a folder that has the bundles in `dist/`, without bundling anew and without validation: about a
 * second of processor time.
 */
export function synthesizeInto(outDir: string, { cwd = root, context = {} } = {}): void {
  execFileSync(process.execPath, [join(root, 'bin/on-node-24.mjs'), join(root, 'bin/bazaar.ts')], {
    cwd,
    env: appEnvironment(root, outDir, context),
    stdio: 'pipe',
  });
}

/** The stacks of production, from the same sources as cdk.out/: synthesized by the test that needs them first. */
export async function productionAssembly(): Promise<string> {
  const production = join(root, 'node_modules/.cache/bazaar-production');
  mkdirSync(production, { recursive: true });
  await underLock(join(production, '.lock'), undefined, async () => {
    const isCurrent = madeAt(production) > madeAt(join(root, 'cdk.out'));
    if (!isCurrent) synthesizeInto(production, { context: { stage: 'prod' } });
  });
  return production;
}

/** When an assembly was made, ms; never: 0. The manifest is what CDK writes last. */
function madeAt(assembly: string): number {
  return statSync(join(assembly, 'manifest.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
