// `npm run map`: writes which service has to do with which, as the templates have it, into docs/map.md and README.md.
// Synthesizes first, if sources have changed. Exit status: 0 done, or all is current; 1 it is not (--check); 2 it could
// not be done.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizeIfChanged } from './build/synthesize.ts';
import { currentMap, filesOf, outdated } from './map/files.ts';

const USAGE = [
  'npm run map              writes docs/map.md and the picture in README.md, from the stacks',
  'npm run map -- --check   says whether they are current, and writes nothing',
  'npm run map -- --json    prints the map, and writes nothing',
].join('\n');

const OPTIONS = {
  check: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const root = join(import.meta.dirname, '..');

try {
  const { values } = parseArgs({ options: OPTIONS });
  process.exitCode = values.help ? print(USAGE) : await perform(values);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

async function perform({ check, json }: { check: boolean; json: boolean }): Promise<number> {
  await synthesizeIfChanged(root);
  const map = currentMap(root);
  const files = filesOf(root, map);
  const stale = outdated(root, files);
  if (json) print(JSON.stringify({ ...map, outdated: stale }, null, 2));
  if (check) return stale.length > 0 ? complain(stale) : 0;
  if (json) return 0;
  for (const file of stale) writeFileSync(join(root, file), files[file] as string);
  return print(stale.length > 0 ? `wrote ${stale.join(' and ')}` : 'all was current');
}

function complain(stale: string[]): number {
  console.error(`Not as the stacks are now: ${stale.join(', ')}. Run npm run map, and commit the result.`);
  return 1;
}

function print(text: string): number {
  console.log(text);
  return 0;
}
