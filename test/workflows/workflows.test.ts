import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(__dirname, '../..');
const files = globSync('.github/workflows/*.yml', { cwd: root });
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

describe.each(files)('%s', (file) => {
  test('runs the actions of others at a commit that nobody can move', () => {
    const used = [...textOf(file).matchAll(/uses: (.*)$/gm)].map(([, action = '']) => action);
    const movable = used.filter((action) => !/^\.\/|^[\w-]+\/[\w-]+@[0-9a-f]{40} # v[\d.]+$/.test(action));

    expect(movable).toEqual([]);
  });

  test('may read the repository, and ask AWS who it is only to deploy', () => {
    const allowed = [...textOf(file).matchAll(/^ +([\w-]+): (read|write)$/gm)].map(([line]) => line.trim());
    const deploys = /workflows\/deploy/.test(file.replaceAll('\\', '/'));

    expect(new Set(allowed)).toEqual(new Set(['contents: read', ...(deploys ? ['id-token: write'] : [])]));
  });
});
