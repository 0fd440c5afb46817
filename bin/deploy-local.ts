// `npm run deploy:local`: deploys the app, by the plain CDK CLI, to the emulator of AWS that answers at
// AWS_ENDPOINT_URL (docs/emulators.md), and runs the end-to-end suite there. Never to AWS. Exit status: 0 deployed, and
// no test failed but those that cannot pass there; 1 deployed, but other tests failed; 2 refused, or not deployed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { deploy } from './deploy-local/deploy.ts';
import { differencesOf, judge } from './deploy-local/differences.ts';
import { recognize } from './deploy-local/emulator.ts';
import { testShop } from './deploy-local/end-to-end.ts';
import { endpointOf } from './deploy-local/endpoint.ts';
import { sayDeployed, sayVerdict } from './deploy-local/print.ts';

const USAGE = [
  'AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run deploy:local -- [--no-tests | --all-tests]',
  '                                [--stub <type>]... [--keep <directory>] [--json]',
  '    deploys all stacks to the emulator of AWS that answers there, and runs the end-to-end suite on them',
  '    --no-tests          only deploys',
  '    --all-tests         also runs the tests that are known not to pass there, which takes minutes longer',
  '    --stub <type>       leaves out resources of one more type, such as AWS::Events::Archive',
  '    --keep <directory>  keeps there what the CDK CLI was given: by default it goes to a temporary directory',
  'BAZAAR_ADMIN_PASSWORD sets the password of the administrator; otherwise one is made up, and printed.',
  'Exit status 0: no test failed but those that cannot pass there; 1: others did; 2: refused, or not deployed',
].join('\n');

const OPTIONS = {
  tests: { type: 'boolean', default: true },
  'all-tests': { type: 'boolean', default: false },
  stub: { type: 'string', multiple: true, default: [] as string[] },
  keep: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof readArguments>;

const root = join(import.meta.dirname, '..');
/** How it goes on: standard output is for what came of it. */
const say = (line: string) => console.error(line);

try {
  const values = readArguments();
  if (values.help) console.log(values.json ? JSON.stringify({ usage: USAGE.split('\n') }, null, 2) : USAGE);
  else await deployAndTest(values);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS, allowNegative: true }).values;
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n${USAGE}`, { cause });
  }
}

async function deployAndTest({ stub, keep, json, tests, ...values }: Values): Promise<void> {
  const endpoint = endpointOf(process.env);
  const emulator = await recognize(endpoint);
  const directory = keep ? resolve(keep) : mkdtempSync(join(tmpdir(), 'bazaar-deploy-local-'));
  try {
    const deployed = await deploy(root, emulator, { endpoint, directory, alsoLacking: stub, say });
    say(sayDeployed(deployed));
    const differences = differencesOf(emulator.name);
    const suite = {
      root,
      reportFile: join(directory, 'end-to-end.json'),
      without: values['all-tests'] ? [] : differences,
    };
    const verdict = judge(tests ? await testShop(deployed, suite) : [], differences);
    if (json) console.log(JSON.stringify({ ...deployed, ...(tests && { tests: verdict }) }, null, 2));
    else if (tests) console.log(sayVerdict(verdict));
    process.exitCode = verdict.failed.length > 0 ? 1 : 0;
  } finally {
    if (!keep) rmSync(directory, { recursive: true, force: true });
  }
}
