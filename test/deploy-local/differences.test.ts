import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  argumentsWithout,
  type Difference,
  differencesOf,
  judge,
  type TestOutcome,
} from '#bin/deploy-local/differences.ts';
import { outcomesIn } from '#bin/deploy-local/end-to-end.ts';
import { LACKS } from '#bin/deploy-local/lacks.ts';

const ROOT = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test('docs/emulators.md names every type that is stubbed', () => {
  const page = read('docs/emulators.md');

  for (const { type } of Object.values(LACKS).flatMap((lacks) => lacks ?? [])) expect(page).toContain(`\`${type}\``);
});

describe('what cannot pass on MiniStack', () => {
  const differences = differencesOf('MiniStack');

  test('is what docs/emulators.md lists', () => {
    const rows = read('docs/emulators.md').matchAll(/^\| \[[^\]]+\]\(\.\.\/test\/e2e\/([^)]+)\) \| (.+) \| (.+) \|$/gm);
    const listed = [...rows].map(([, file, title, why]) => ({ file, test: title, why }));

    expect(listed).toEqual(differences);
  });

  test.each(differences.map((difference) => [difference.file, difference.test]))(
    'is a test that there is: %s: %s',
    (file, title) => {
      expect(titlesIn(read(`test/e2e/${file}`)).some((pattern) => pattern.test(title))).toBe(true);
    },
  );
});

/** All texts of a test file, any of which may be the title of a test: `%s` and `$id` stand for what is in its table. */
function titlesIn(source: string): RegExp[] {
  const texts = [...source.matchAll(/'([^'\n]+)'/g)].map(([, text = '']) => text);
  return ['*', ...texts].map((text) => {
    const parts = text.split(/%\w|\$\w+/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.+')}$`);
  });
}

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
  const [file, why] = ['order.test.ts', ''];

  test.each([
    ['an order by card_timeout is undone (at once)', false],
    ['an order by card_timeout is undone', true],
    ['an order by card_timeout is undone (at once), or later', true],
  ])('are told by their names: %s', (name, mayPass) => {
    const [option, pattern = ''] = argumentsWithout([{ file, test: 'by * is undone (at once)', why }]);

    expect(option).toBe('--testNamePattern');
    expect(new RegExp(pattern).test(name)).toBe(mayPass);
  });

  test('are those of other files when none in a file can', () => {
    const [option, pattern = '', ...others] = argumentsWithout([{ file, test: '*', why }]);

    expect([option, others]).toEqual(['--testPathIgnorePatterns', []]);
    expect(new RegExp(pattern).test('/shop/test/e2e/order.test.ts')).toBe(true);
    expect(new RegExp(pattern).test('/shop/test/e2e/preorder.test.ts')).toBe(false);
  });

  test('are all where nothing is known', () => {
    expect(argumentsWithout([])).toEqual([]);
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
