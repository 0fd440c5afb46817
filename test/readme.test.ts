import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(__dirname, '..');
const pages = ['README.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: root })];
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

describe.each(pages)('%s', (page) => {
  test('links only to files that exist', () => {
    const links = [...textOf(page).matchAll(/\]\(([^)#\s]+)\)/g)].map(([, link = '']) => link);
    const dead = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(root, dirname(page), link)));

    expect(dead).toEqual([]);
  });

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = [...textOf(page).matchAll(/npm (?:run )?([\w:-]+)/g)].map(([, script = '']) => script);
    const known = ['ci', 'run', ...Object.keys(scripts)];

    expect(named.filter((script) => !known.includes(script))).toEqual([]);
  });

  test('names only files and folders that exist', () => {
    const named = [...textOf(page).matchAll(/`((?:bin|events|functions|lib|stacks|test|docs)\/[\w./-]*)`/g)];
    const missing = named.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)));

    expect(missing).toEqual([]);
  });
});

describe('README.md', () => {
  test('can be read in one sitting', () => {
    expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(200);
  });
});
