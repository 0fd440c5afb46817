import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Difference, differencesOf, judge, type TestOutcome } from '#bin/deploy-local/differences.ts';
import { outcomesIn } from '#bin/deploy-local/end-to-end.ts';

const ROOT = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('what cannot pass on MiniStack', () => {
  const differences = differencesOf('MiniStack');

  test('is what docs/emulators.md lists', () => {
    const rows = read('docs/emulators.md').matchAll(/^\| \[[^\]]+\]\(\.\.\/test\/e2e\/([^)]+)\) \| (.+) \| (.+) \|$/gm);
    const listed = [...rows].map(([, file, title, why]) => ({ file, test: title, why }));

    expect(listed).toEqual(differences);
  });

  test.each(differences.map(({ file, test: title }) => [file, title]))('is a test that there is: %s: %s', (file, title) => {
    const source = read(`test/e2e/${file}`);

    for (const part of title.split('*')) expect(source).toContain(part.trim());
  });
});

describe('the verdict on a run of the end-to-end suite', () => {
  const difference: Difference = { file: 'order.test.ts', test: 'by * is undone', why: 'names of errors are lost' };
  const outcome = (said: Partial<TestOutcome> = {}): TestOutcome => ({
    file: 'order.test.ts',
    test: 'by card_timeout is undone',
    passed: false,
    ...said,
  });

  test('knows failures that are on the list', () => {
    const verdict = judge([outcome(), outcome({ test: 'is listed', passed: true })], [difference]);

    expect(verdict).toEqual({
      passed: 1,
      known: [{ ...difference, title: 'by card_timeout is undone' }],
      unknown: [],
      passedAllTheSame: [],
    });
  });

  test.each([{ file: 'cart.test.ts' }, { test: 'by card_timeout is undone twice' }])('knows no others: %j', (other) => {
    const failed = outcome(other);

    expect(judge([failed], [difference])).toMatchObject({ known: [], unknown: [failed] });
  });

  test('tells of what passed although it is on the list', () => {
    const verdict = judge([outcome({ passed: true })], [difference]);

    expect(verdict).toMatchObject({ passed: 1, passedAllTheSame: [difference] });
  });
});

describe('the report of jest', () => {
  test('is read file by file and test by test', () => {
    const assertionResults = [
      { title: 'is listed', status: 'passed' as const },
      { title: 'is sold', status: 'failed' as const },
    ];

    expect(outcomesIn({ testResults: [{ name: '/shop/test/e2e/order.test.ts', message: '', assertionResults }] })).toEqual([
      { file: 'order.test.ts', test: 'is listed', passed: true },
      { file: 'order.test.ts', test: 'is sold', passed: false },
    ]);
  });

  test('counts a file that could not be loaded as a failure', () => {
    const broken = { name: '/shop/test/e2e/order.test.ts', message: 'SyntaxError: no\n  at ...', assertionResults: [] };

    expect(outcomesIn({ testResults: [broken] })).toEqual([
      { file: 'order.test.ts', test: 'SyntaxError: no', passed: false },
    ]);
  });
});
