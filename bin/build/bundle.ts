import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

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

/** Bundles all functions in one go. Resolves to how many there are. */
export async function bundleFunctions(root: string): Promise<number> {
  const entryPoints = Object.fromEntries(handlerFiles(root).map((file) => [bundleName(file), join(root, file)]));
  const outdir = join(root, 'dist');
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({ ...OPTIONS, entryPoints, outdir, absWorkingDir: root, metafile: true });
  const lazy = Object.keys(entryPoints).filter((name) => importsLazily(metafile, `dist/${name}.mjs`));
  await Promise.all(lazy.map((name) => splitBundle(entryPoints[name] as string, join(outdir, dirname(name)))));
  return Object.keys(entryPoints).length;
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
  const files = globSync(SOURCES, { cwd: root });
  return files.filter((file) =>
    /^export (const|(async )?function) handler\b/m.test(readFileSync(join(root, file), 'utf8')),
  );
}

/** `functions/order/place-order.ts` goes to `dist/order/place-order/index.mjs`. */
function bundleName(file: string): string {
  return `${file
    .replace(/^(functions|lib)[\\/]/, '')
    .replace('runtime/handlers', 'runtime')
    .replace(/\.ts$/, '')}/index`;
}

export function isBundled(root: string): boolean {
  return existsSync(join(root, 'dist'));
}
