import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  type Difference,
  differencesOf,
  judge,
  patternWithout,
  type TestOutcome,
} from '#bin/deploy-local/differences.ts';
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

  test.each(differences.map(({ file, test: title }) => [file, title]))(
    'is a test that there is: %s: %s',
    (file, title) => {
      const source = read(`test/e2e/${file}`);

      for (const part of title.split('*')) expect(source).toContain(part.trim());
    },
  );
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

    expect(verdict).toEqual({ passed: 1, failed: [], cannot_pass: [difference], passed_all_the_same: [] });
  });

  test.each([{ file: 'cart.test.ts' }, { test: 'by card_timeout is undone twice' }])('knows no others: %j', (other) => {
    expect(judge([outcome(other)], [difference])).toMatchObject({ failed: [outcome(other)] });
  });

  test('tells of what was not run, for it cannot pass', () => {
    expect(judge([], [difference])).toMatchObject({ passed: 0, failed: [], cannot_pass: [difference] });
  });

  test('tells of what passed although it is on the list', () => {
    const verdict = judge([outcome({ passed: true })], [difference]);

    expect(verdict).toMatchObject({ passed: 1, cannot_pass: [], passed_all_the_same: [difference] });
  });
});

describe('the tests that may pass', () => {
  const pattern = new RegExp(patternWithout([{ file: 'order.test.ts', test: 'by * is undone (at once)', why: '' }]));

  test.each([
    ['an order by card_timeout is undone (at once)', false],
    ['an order by card_timeout is undone', true],
    ['an order by card_timeout is undone (at once), or later', true],
  ])('are told by their names: %s', (name, mayPass) => {
    expect(pattern.test(name)).toBe(mayPass);
  });
});

describe('the report of jest', () => {
  test('is read file by file and test by test', () => {
    const assertionResults = [
      { title: 'is listed', status: 'passed' as const },
      { title: 'is sold', status: 'failed' as const },
      { title: 'was not run', status: 'pending' as const },
    ];

    expect(
      outcomesIn({ testResults: [{ name: '/shop/test/e2e/order.test.ts', message: '', assertionResults }] }),
    ).toEqual([
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
