import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(__dirname, '..');
const FOLDERS = ['bin', 'events', 'functions', 'lib', 'stacks', 'test'];
const SERVICES = [
  'cart',
  'gateway',
  'inventory',
  'notification',
  'order',
  'payment',
  'product',
  'registry',
  'sandbox',
  'user',
  'view',
];

const sources = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.{ts,mjs}`, { cwd: root }));
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** What a file imports, as paths from the root for our own files and as names for packages. */
function importsOf(file: string): string[] {
  const specifiers = [...textOf(file).matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'/gm)];
  return specifiers.map(([, from, bare]) => resolve(file, from ?? bare ?? ''));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (specifier.startsWith('.')) return relative(root, join(root, dirname(file), specifier));
  return specifier;
}

const isPackage = (path: string) => !FOLDERS.some((folder) => path.startsWith(`${folder}/`));

/** Who may import what, first match wins; packages of the language and of the SDK are free unless said otherwise. */
const MAY_IMPORT: [files: RegExp, imports: RegExp][] = [
  [/^events\//, /^events\//],
  [/^lib\/runtime\//, /^(events|lib\/runtime)\//],
  [/^functions\/(\w+)\//, /^(events|lib\/runtime|functions\/$1)\//],
  [/^lib\/infra\//, /^(events|lib\/infra)\//],
  [/^stacks\//, /^(events|lib\/infra|stacks)\//],
  [/^lib\/local-cloud\//, /^lib\/local-cloud\//],
];

function allowedFor(file: string): RegExp | undefined {
  for (const [files, imports] of MAY_IMPORT) {
    const match = files.exec(file);
    if (match) return new RegExp(imports.source.replace('$1', match[1] ?? ''));
  }
  return undefined;
}

describe('the layers', () => {
  test('import only what they may', () => {
    const forbidden = sources.flatMap((file) => {
      const allowed = allowedFor(file);
      const ours = importsOf(file).filter((path) => !isPackage(path));
      return ours.filter((path) => allowed && !allowed.test(path)).map((path) => `${file} imports ${path}`);
    });

    expect(forbidden).toEqual([]);
  });

  test('keep the CDK out of what runs, and the SDK out of handlers', () => {
    const offenders = sources.filter((file) => {
      const packages = importsOf(file).filter(isPackage);
      const runs = /^(functions|lib\/runtime|lib\/local-cloud|events)\//.test(file);
      const isHandler = file.startsWith('functions/') && /^export const handler\b/m.test(textOf(file));
      return (
        (runs && packages.some((name) => /^(aws-cdk-lib|constructs)/.test(name))) ||
        (isHandler && packages.some((name) => name.startsWith('@aws-sdk/')))
      );
    });

    expect(offenders).toEqual([]);
  });

  test('know nothing of running locally', () => {
    const deployed = sources.filter((file) => /^(functions|stacks|events|lib\/runtime|lib\/infra)\//.test(file));

    const special = deployed.filter((file) =>
      /localhost|127\.0\.0\.1|AWS_ENDPOINT|isLocal|local-cloud|LOCALSTACK/i.test(textOf(file)),
    );

    expect(special).toEqual([]);
  });

  test('have no files whose names say nothing', () => {
    const vague = sources.filter((file) => /(^|\/)(utils?|common|manager|helpers?|index)\.[mt][jt]?s$/.test(file));

    expect(vague).toEqual([]);
  });
});

describe.each(SERVICES)('the service %s', (service) => {
  const stackFile = `stacks/${service}-stack.ts`;
  const handlers = globSync(`functions/${service}/*.ts`, { cwd: root }).filter((file) =>
    /^export (const|(async )?function) handler\b/m.test(textOf(file)),
  );

  test('has its stack, its functions and its tests', () => {
    expect(existsSync(join(root, stackFile))).toBe(true);
    expect(handlers.length).toBeGreaterThan(0);
    expect(sources.some((file) => file.startsWith('test/') && file.includes(service))).toBe(true);
  });

  test('lists each of its functions in its stack', () => {
    const stack = globSync(`stacks/${service}-*.ts`, { cwd: root }).map(textOf).join();
    const unlisted = handlers.filter((file) => !stack.includes(`'${file.replace(/^.*\/|\.ts$/g, '')}'`));

    expect(unlisted).toEqual([]);
  });

  test('publishes nothing itself: what its rows say goes by the relay', () => {
    const publishing = globSync(`functions/${service}/*.ts`, { cwd: root }).filter((file) =>
      /runtime\/events\/publish|client-eventbridge/.test(textOf(file)),
    );

    expect(publishing).toEqual([]);
  });

  test('publishes events only under its own name', () => {
    const file = `events/${service}-events.ts`;
    if (!existsSync(join(root, file))) return;

    expect(textOf(file)).toContain(`const source = '${service}-service';`);
  });
});
