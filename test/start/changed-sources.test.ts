import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ROOT, refusal, ShopProcess } from './shop-process.ts';

const COPIED = [
  'bin',
  'cdk.json',
  'cdk.out',
  'contracts',
  'dist',
  'events',
  'functions',
  'lib',
  'package-lock.json',
  'package.json',
  'stacks',
  'tsconfig.json',
];
const HANDLER = 'functions/product/list-products.ts';
const STACK = 'stacks/product-stack.ts';
/** Several syntheses and a start, on a machine that runs other tests beside this one. */
const LONG_TEST_MS = 600_000;

/** A copy of this project that may be edited; the packages are shared. */
const root = mkdtempSync(join(tmpdir(), 'bazaar-project-'));
for (const name of COPIED) copy(name);
symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));

const shops: ShopProcess[] = [];
afterAll(async () => {
  await Promise.all(shops.map((shop) => shop.stop()));
  rmSync(root, { recursive: true });
});

/** A lock that somebody holds on the original is none on the copy; what has not been made yet cannot be copied. */
function copy(name: string): void {
  const from = join(ROOT, name);
  if (existsSync(from)) cpSync(from, join(root, name), { recursive: true, filter: (file) => !file.endsWith('.lock') });
}

function start(): ShopProcess {
  const { DYNAMODB_LOCAL_PORT } = process.env;
  const shop = new ShopProcess({ root, env: { DYNAMODB_LOCAL_PORT } });
  shops.push(shop);
  return shop;
}

/** Edits a file of the copy; the returned function undoes it. */
function edit(file: string, change: (source: string) => string): () => void {
  const path = join(root, file);
  const source = readFileSync(path, 'utf8');
  const changed = change(source);
  if (changed === source) throw new Error(`${file} has changed: this edit of it does nothing.`);
  writeFileSync(path, changed);
  return () => writeFileSync(path, source);
}

describe('npm start with changed sources', () => {
  test(
    'ends with what is wrong when they cannot be bundled',
    async () => {
      const undo = edit(HANDLER, (source) => `${source}\nconst = 1;\n`);

      const { printed, status, left } = await refusal({ root });

      undo();
      expect(printed).toContain('The stacks could not be synthesized:');
      expect(printed).toMatch(/functions.product.list-products\.ts:\d+:6:/);
      expect(printed.split('\n').length).toBeLessThan(12);
      expect({ status, left }).toEqual({ status: 1, left: [] });
    },
    LONG_TEST_MS,
  );

  test(
    'ends with what is wrong when they cannot be synthesized',
    async () => {
      const undo = edit(STACK, (source) =>
        source.replace('super(', "if (scope) throw new Error('no such thing'); super("),
      );

      const { printed, status, left } = await refusal({ root });

      undo();
      expect(printed).toContain('The stacks could not be synthesized:');
      expect(printed).toContain('Error: no such thing');
      expect(printed).not.toContain('node:internal');
      expect(printed.split('\n').length).toBeLessThan(12);
      expect({ status, left }).toEqual({ status: 1, left: [] });
    },
    LONG_TEST_MS,
  );

  test(
    'leaves nothing behind when it is told to end while it synthesizes',
    async () => {
      const undo = edit(HANDLER, (source) => `${source}\n// changed\n`);
      const shop = start();
      await shop.member(/bin\/build\.ts/);

      expect(await shop.stop()).toBe(0);

      undo();
      await shop.gone();
    },
    LONG_TEST_MS,
  );

  test(
    'runs what they say now, and what they say later',
    async () => {
      const shop = start();
      const { apiUrl } = await shop.ready();
      const version = async () => (await fetch(`${apiUrl}/api/v1/products`)).headers.get('x-edit');

      edit(HANDLER, (source) => source.replace('ok(body, {', "ok(body, { 'x-edit': 'first',"));
      await shop.line(/^reloaded Bazaar-Product\/ListProducts$/);
      expect(await version()).toBe('first');

      const undo = edit(HANDLER, (source) => `const = 1;\n${source}`);
      await shop.line(/^The shop goes on with the code it has\.$/);
      expect(shop.printed).toContain(`${HANDLER}:1:6`);
      expect(await version()).toBe('first');

      undo();
      edit(STACK, (source) => source.replace("{ table: ['Query']", "{ table: ['Query', 'GetItem']"));
      await shop.line(/^restart npm start to take over: Bazaar-Product\/ListProducts.*Policy.* changed\.$/);
      await shop.stop();
    },
    LONG_TEST_MS,
  );
});
