import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bundleFunctions } from '#bin/build/bundle.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bazaar-bundles-'));
  save('lib/greeting.ts', "export const greeting = 'hello';");
  save(
    'functions/shop/greet.ts',
    "import { greeting } from '../../lib/greeting.ts';\nexport const handler = () => greeting;",
  );
  save('functions/shop/part.ts', "export const handler = () => 'goodbye';");
  save('functions/shop/rules.ts', 'export const rule = 1;');
});

afterEach(() => rmSync(root, { recursive: true }));

/** Saved a while ago: what is saved while bundles are made belongs to the next ones. */
function save(file: string, source: string, savedAt = new Date(Date.now() - 60_000)): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  utimesSync(path, savedAt, savedAt);
}

const bundleOf = (name: string) => join(root, `dist/shop/${name}/index.mjs`);
const bundle = (name: string) => readFileSync(bundleOf(name), 'utf8');

test('bundles what has a handler, and once', async () => {
  expect(await bundleFunctions(root)).toBe(2);
  expect(await bundleFunctions(root)).toBe(0);
  expect(bundle('greet')).toContain('hello');
  expect(existsSync(bundleOf('rules'))).toBe(false);
});

test('bundles again what has changed, also in a file that it imports', async () => {
  await bundleFunctions(root);
  save('lib/greeting.ts', "export const greeting = 'good morning';");
  expect(await bundleFunctions(root)).toBe(1);
  expect(bundle('greet')).toContain('good morning');
});

test.each(['package.json', 'package-lock.json'])('bundles all again when %s has changed', async (file) => {
  save(file, '{}');
  await bundleFunctions(root);
  save(file, '{ "version": "2.0.0" }');
  expect(await bundleFunctions(root)).toBe(2);
});

test('makes up for a bundle that somebody has deleted', async () => {
  await bundleFunctions(root);
  rmSync(dirname(bundleOf('greet')), { recursive: true });
  expect(await bundleFunctions(root)).toBe(1);
  expect(bundle('greet')).toContain('hello');
});

test('leaves no bundle of a function that is no more', async () => {
  await bundleFunctions(root);
  rmSync(join(root, 'functions/shop/part.ts'));
  expect(await bundleFunctions(root)).toBe(0);
  expect(existsSync(bundleOf('part'))).toBe(false);
  expect(existsSync(bundleOf('greet'))).toBe(true);
});

test('takes a source that was saved while it was read for changed', async () => {
  save('functions/shop/part.ts', "export const handler = () => 'bye';", new Date(Date.now() + 60_000));
  expect(await bundleFunctions(root)).toBe(2);
  expect(await bundleFunctions(root)).toBe(1);
});
