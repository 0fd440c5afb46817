// `npm run new:service -- --name review`: a service of its own, with a table, two routes, an event and a subscription.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const templates = join(import.meta.dirname, 'new-service/template');
const appFile = 'bin/bazaar.ts';

/** Template to the file that is made of it. */
const FILES: Record<string, string> = {
  'events/events.ts': 'events/{{name}}-events.ts',
  'functions/rules.ts': 'functions/{{name}}/{{name}}.ts',
  'functions/table.ts': 'functions/{{name}}/{{name}}-table.ts',
  'functions/api.ts': 'functions/{{name}}/{{name}}-api.ts',
  'functions/create.ts': 'functions/{{name}}/create-{{name}}.ts',
  'functions/list.ts': 'functions/{{name}}/list-{{names}}.ts',
  'functions/on-user-registered.ts': 'functions/{{name}}/on-user-registered.ts',
  'stacks/stack.ts': 'stacks/{{name}}-stack.ts',
  'contracts/user.registered.json': 'contracts/examples/{{name}}/user.registered.json',
  'test/rules.test.ts': 'test/{{name}}/{{name}}.test.ts',
  'test/e2e.test.ts': 'test/e2e/{{name}}.test.ts',
};

try {
  const { values } = parseArgs({ options: { name: { type: 'string' }, root: { type: 'string', default: '.' } } });
  const made = makeService(values.root, values.name ?? '');
  format(values.root, made);
  console.log(
    `made\n${made.map((file) => `  ${file}`).join('\n')}\nnow: npm run contract, then npm start, or npm test -- ${values.name}`,
  );
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** Writes all files of the service, or none. Returns their paths. */
function makeService(root: string, name: string): string[] {
  if (!/^[a-z]{2,20}$/.test(name)) {
    throw new Error('Name the service with one singular lower-case word: npm run new:service -- --name review');
  }
  const files = Object.entries(FILES).map(([template, path]) => ({
    path: fill(path, name),
    text: fill(readFileSync(join(templates, `${template}.template`), 'utf8'), name),
  }));
  const standing = files.find(({ path }) => existsSync(join(root, path)));
  if (standing) throw new Error(`There is a service ${name} already: ${standing.path} exists.`);
  const app = withStack(readFileSync(join(root, appFile), 'utf8'), name);
  for (const { path, text } of [...files, { path: appFile, text: app }]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...files.map(({ path }) => path), appFile];
}

/** Names differ in length, so the templates cannot be formatted ahead. */
function format(root: string, files: string[]): void {
  const biome = 'node_modules/@biomejs/biome/bin/biome';
  execFileSync(process.execPath, [biome, 'check', '--write', ...files], { cwd: root, stdio: 'pipe' });
}

function fill(text: string, name: string): string {
  const Name = name.charAt(0).toUpperCase() + name.slice(1);
  const words: Record<string, string> = {
    name,
    Name,
    NAME: name.toUpperCase(),
    names: plural(name),
    Names: plural(Name),
  };
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, word: string) => words[word] ?? word);
}

/** Good enough for a route's name; rename it where English has other ideas. */
function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

/** Adds the stack to the CDK app, behind the last one. */
function withStack(app: string, name: string): string {
  const lastImport = app.lastIndexOf('\nimport ');
  const afterImports = app.indexOf('\n', lastImport + 1);
  const imported = `${app.slice(0, afterImports)}\n${fill("import { {{Name}}Stack } from '#stacks/{{name}}-stack.ts';", name)}${app.slice(afterImports)}`;
  const marker = '\n// Only the order of a first deployment';
  if (!imported.includes(marker)) throw new Error(`${appFile} has changed: add ${name} to it by hand.`);
  const stack = fill('const {{name}} = new {{Name}}Stack(app, props);\n', name);
  return imported
    .replace(marker, `${stack}${marker}`)
    .replaceAll(/(for \(const service of \[[^\]]*)\]/g, `$1, ${name}]`);
}
