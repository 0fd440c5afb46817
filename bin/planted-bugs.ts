// `npm run planted-bugs -- [--only 3] [--json]`: plants small, real mistakes in a copy of the repository, one at a time,
// and runs the tests that are to catch each. Exit status: 0 all are caught, 1 not all, 2 it could not be run, or a test
// fails without any bug. It takes about half an hour.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from './chaos/print.ts';
import { PLANTED_BUGS, type PlantedBug, type Tests } from './planted-bugs/bugs.ts';
import { Copy } from './planted-bugs/copy.ts';
import { runTests, type TestRun } from './planted-bugs/run-tests.ts';

const USAGE = 'npm run planted-bugs -- [--only 3]... [--list] [--json]';

const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end.abort(new Error('Ended.')));

interface Caught extends TestRun {
  number: number;
  name: string;
  isCaught: boolean;
}

try {
  const { help, list, json, only } = readArguments();
  const bugs = [...PLANTED_BUGS.entries()].map(([index, bug]) => ({ number: index + 1, bug }));
  const chosen = bugs.filter(({ number }) => only.length === 0 || only.includes(number));
  if (help) console.log(USAGE);
  else if (list) console.log(bugs.map(({ number, bug }) => `${number}  ${bug.name}`).join('\n'));
  else process.exitCode = report(await plantAll(chosen), json);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

async function plantAll(chosen: { number: number; bug: PlantedBug }[]): Promise<Caught[]> {
  const copy = new Copy(join(import.meta.dirname, '..'));
  try {
    await mustPass(
      copy,
      chosen.map(({ bug }) => bug.caughtBy),
    );
    const all: Caught[] = [];
    for (const { number, bug } of chosen) {
      const takeOut = copy.plant(bug);
      const run = await runTests(copy.directory, bug.caughtBy, end.signal);
      takeOut();
      all.push({ number, name: bug.name, ...run, isCaught: run.failed > 0 });
      console.error(`${number}  ${bug.name}: ${outcome(run)}, ${run.seconds} s`);
    }
    return all;
  } finally {
    copy.remove();
  }
}

/** A test that fails without any bug would catch them all. */
async function mustPass({ directory }: Copy, tests: Tests[]): Promise<void> {
  for (const [project, of] of Map.groupBy(tests, (it) => it.project)) {
    const files = [...new Set(of.flatMap((it) => it.files))];
    const names = of.every((it) => it.names) ? of.map((it) => it.names).join('|') : undefined;
    console.error(`without any bug: ${files.join(' ')}`);
    const { failed, passed, failures, problem } = await runTests(directory, { project, files, names }, end.signal);
    if (failed > 0 || passed === 0 || problem) {
      const which = [...failures, problem].filter(Boolean).join('; ');
      throw new Error(`Without any bug ${failed} of the ${project} tests fail and ${passed} pass: ${which}`);
    }
  }
}

function outcome({ failed, problem }: TestRun): string {
  if (failed > 0) return `caught by ${failed}`;
  return problem ? `NOT CAUGHT: no test was run: ${problem}` : 'NOT CAUGHT';
}

function report(all: Caught[], json: boolean): number {
  const isCaught = all.every((bug) => bug.isCaught);
  if (json)
    console.log(JSON.stringify({ planted: all.length, caught: all.filter((it) => it.isCaught).length, bugs: all }));
  else console.log(sentences(all));
  return isCaught ? 0 : 1;
}

function sentences(all: Caught[]): string {
  const rows = all.map((bug) => [String(bug.number), bug.name, outcome(bug).split(':')[0] ?? '', `${bug.seconds} s`]);
  const caught = all.filter(({ isCaught }) => isCaught).length;
  return [
    ...table([['', 'planted bug', 'tests that fail', 'time'], ...rows]),
    '',
    `${all.length} bugs planted, ${caught} caught, ${all.length - caught} not`,
  ].join('\n');
}

function readArguments() {
  const options = {
    only: { type: 'string', multiple: true, default: [] as string[] },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    const { values } = parseArgs({ options });
    const only = (values.only as string[]).map(Number);
    if (only.some((number) => !PLANTED_BUGS[number - 1])) {
      throw new Error(`--only is the number of a bug, from 1 to ${PLANTED_BUGS.length}: --list tells which.`);
    }
    return { ...values, only };
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n${USAGE}`, { cause });
  }
}
