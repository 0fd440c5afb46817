import { globSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { BundledSources } from './bundled-sources.ts';

/** Every file that exports a `handler`, and the folder of `dist/` that its bundle goes to. */
const SOURCES = ['functions/*/*.ts', 'lib/runtime/handlers/*.ts'];

/**
 * `import 'node:http'` from an ES module makes Node load all of its fetch implementation, 46 ms of a cold start.
 * `process.getBuiltinModule` gives the same module without that.
 */
const builtinsPlugin: Plugin = {
  name: 'built-ins',
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules);
    onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      return names.has(name) ? { path: name, namespace: 'built-in' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * A Lambda function has its credentials in the environment. The SDK's chain of other places to look (files, SSO,
 * instance metadata) is 136 KB of code that every cold start would load for nothing.
 */
const environmentCredentialsPlugin: Plugin = {
  name: 'environment-credentials',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: 'credentials',
      namespace: 'environment-credentials',
    }));
    onLoad({ filter: /.*/, namespace: 'environment-credentials' }, () => ({
      contents: `import { fromEnv } from '@aws-sdk/credential-provider-env'; export const defaultProvider = fromEnv;`,
      resolveDir: import.meta.dirname,
    }));
  },
};

const OPTIONS = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  keepNames: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  conditions: ['module'],
  legalComments: 'none',
  plugins: [builtinsPlugin, environmentCredentialsPlugin],
  logLevel: 'warning',
} satisfies BuildOptions;

/** What decides, beside its sources, how a bundle looks. */
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'bin/build/bundle.ts'];

/** Bundles, in one go, the functions whose sources have changed since. Resolves to how many these were. */
export async function bundleFunctions(root: string): Promise<number> {
  const files = new Map(handlerFiles(root).map((file) => [bundleName(file), file]));
  const bundles = new BundledSources(root, SETTINGS);
  const changed = [...files.keys()].filter((name) => !bundles.isCurrent(name));
  bundles.forgetAllBut([...files.keys()].filter((name) => !changed.includes(name)));
  if (changed.length === 0) return 0;
  const readAt = Date.now();
  // esbuild is a Go program: fewer collections of its garbage make it a fifth faster, for some 200 MB more memory.
  process.env.GOGC ??= '400';
  const entryPoints = Object.fromEntries(
    changed.map((name) => [`${name}/index`, join(root, files.get(name) as string)]),
  );
  const outdir = join(root, 'dist');
  const { metafile } = await build({ ...OPTIONS, entryPoints, outdir, absWorkingDir: root, metafile: true });
  const lazy = Object.keys(entryPoints).filter((name) => importsLazily(metafile, `dist/${name}.mjs`));
  await Promise.all(lazy.map((name) => splitBundle(entryPoints[name] as string, join(outdir, dirname(name)))));
  bundles.remember(new Map(changed.map((name) => [name, sourcesOf(metafile, files.get(name) as string)])), readAt);
  return changed.length;
}

/** Whether the function imports something of ours only when it is wanted. */
function importsLazily({ inputs, outputs }: Metafile, bundle: string): boolean {
  const ours = Object.keys(outputs[bundle]?.inputs ?? {}).filter((path) => /^(functions|lib)\//.test(path));
  return ours.some((path) => inputs[path]?.imports.some(({ kind }) => kind === 'dynamic-import'));
}

/** Bundles one function once more, so that what it imports when it is wanted is a file of its own, read only then. */
async function splitBundle(file: string, outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true });
  await build({ ...OPTIONS, entryPoints: { index: file }, outdir, splitting: true });
}

function handlerFiles(root: string): string[] {
  const files = globSync(SOURCES, { cwd: root }).map((file) => file.replaceAll('\\', '/'));
  return files.filter((file) =>
    /^export (const|(async )?function) handler\b/m.test(readFileSync(join(root, file), 'utf8')),
  );
}

/** `functions/order/place-order.ts` goes to `dist/order/place-order/index.mjs`. */
function bundleName(file: string): string {
  return file
    .replace(/^(functions|lib)\//, '')
    .replace('runtime/handlers', 'runtime')
    .replace(/\.ts$/, '');
}

/** The file and all of ours that it imports, also by way of others. Packages are told of by the lock file. */
function sourcesOf({ inputs }: Metafile, file: string): string[] {
  const found = new Set([file]);
  for (const source of found) {
    for (const { path, external } of inputs[source]?.imports ?? []) {
      if (!external && path in inputs && !path.includes('node_modules/') && !path.includes(':')) found.add(path);
    }
  }
  return [...found];
}
