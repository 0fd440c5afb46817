import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PLANTED_BUGS, plant } from '#bin/planted-bugs/bugs.ts';

const root = join(__dirname, '../..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

describe('a planted bug', () => {
  test.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))('has its place: %s', (_, bug) => {
    const planted = plant(textOf(bug.file), bug);

    expect(planted).not.toBe(textOf(bug.file));
  });

  test.each(PLANTED_BUGS.map(({ name, caughtBy }) => [name, caughtBy] as const))(
    'has tests that are to catch it: %s',
    (_, { files }) => {
      const all = globSync('test/**/*.test.ts', { cwd: root });

      for (const file of files) expect(all.filter((path) => path.includes(file)).length).toBe(1);
    },
  );

  test('is one of at least fifteen, each with a name of its own', () => {
    expect(PLANTED_BUGS.length).toBeGreaterThanOrEqual(15);
    expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length);
  });

  test('whose place is gone is refused by name', () => {
    const bug = { file: 'a.ts', find: 'gone', replace: '' };

    expect(() => plant('text', bug)).toThrow('a.ts has 0 places');
    expect(() => plant('gone gone', bug)).toThrow('a.ts has 2 places');
  });
});
