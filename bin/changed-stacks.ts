// `npm run -s changed-stacks -- --since <commit>`: the stacks that what has changed since then touches, one a line, or
// all of them when nothing is known of that commit. Exit status: 0 done (also when there are none), 2 wrong arguments.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stackId, stacksOf } from './changed-stacks/stacks-of.ts';

const USAGE = 'Usage: npm run -s changed-stacks -- [--since <commit>] [--json]';
const root = join(import.meta.dirname, '..');

try {
  const options = { since: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { since, json, help } = parseArgs({ options }).values;
  if (help) console.log(USAGE);
  else print(changedStacks(since), json);
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`);
  process.exitCode = 2;
}

function changedStacks(since: string | undefined): string[] {
  const files = readdirSync(join(root, 'stacks')).filter((file) => file.endsWith('-stack.ts'));
  const paths = since && changedPaths(since);
  return paths ? stacksOf(paths, files) : files.map(stackId);
}

function changedPaths(since: string): string[] | undefined {
  try {
    const git = ['diff', '--name-only', '--no-renames', `${since}...HEAD`, '--'];
    const printed = execFileSync('git', git, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return printed.split('\n').filter(Boolean);
  } catch {
    // A branch that was rewritten, or a clone without its history.
    return undefined;
  }
}

function print(stacks: string[], json = false): void {
  if (json) console.log(JSON.stringify({ stacks }));
  else for (const stack of stacks) console.log(stack);
}
