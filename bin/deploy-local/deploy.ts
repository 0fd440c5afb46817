import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesizeIfChanged } from '../build/synthesize.ts';
import { LOCAL_PARAMETERS } from '../start/local-parameters.ts';
import { copyAssembly } from './assembly.ts';
import type { Emulator } from './emulator.ts';
import { environmentFor } from './endpoint.ts';
import { sayStubbed } from './print.ts';
import { type CommandOptions, run } from './run.ts';
import type { Stubbed } from './stub.ts';

export interface DeployOptions {
  endpoint: URL;
  /** Where the copy of the synthesized app goes. */
  directory: string;
  /** Types to leave out beside those that the emulator is known to lack. */
  alsoLacking: string[];
  /** Told how it goes on. */
  say: (line: string) => void;
}

export interface Deployed {
  emulator: string;
  aws_url: string;
  account: string;
  stubbed: Stubbed[];
  api_url: string;
  admin_password: string;
}

const PASSWORD_BYTES = 12;
/** Nobody is asked; without change sets, which not all emulators make of a stack that they have already. */
const UNATTENDED = ['--require-approval', 'never', '--method', 'direct'];
/** Where the CDK CLI leaves the outputs of the stacks. */
const OUTPUTS = 'outputs.json';

/** Deploys all stacks and makes the administrator. Rejects with what went wrong, in the words of who found it. */
export async function deploy(root: string, emulator: Emulator, options: DeployOptions): Promise<Deployed> {
  const { endpoint, directory, alsoLacking, say } = options;
  const { name, account, region } = emulator;
  say(`${name} answers at ${endpoint.origin}, for account ${account} in ${region}.`);
  await synthesizeIfChanged(root, { onStart: () => say('The sources have changed: synthesizing them ...') });
  const named = alsoLacking.map((type) => ({ type, why: '--stub' }));
  const stubbed = copyAssembly(join(root, 'cdk.out'), join(directory, 'cdk.out'), [...emulator.lacks, ...named]);
  for (const line of sayStubbed(stubbed)) say(line);
  const env = environmentFor(endpoint, process.env);
  const cdk = commandLine(root, { cwd: directory, env, onLine: saySteps(say) });
  await cdk('bootstrap', [`aws://${account}/${region}`]);
  await cdk('deploy', ['--all', ...UNATTENDED, '--outputs-file', OUTPUTS, ...parameters()]);
  const api_url = apiUrlIn(join(directory, OUTPUTS));
  await mustBeFound(api_url);
  const admin_password = await makeAdmin(root, env);
  return { emulator: name, aws_url: endpoint.origin, account, stubbed, api_url, admin_password };
}

function parameters(): string[] {
  return Object.entries(LOCAL_PARAMETERS).flatMap(([key, value]) => ['--parameters', `${key}=${value}`]);
}

/** The CDK CLI of this project, on the copy that is in the directory that it runs in. */
function commandLine(root: string, options: CommandOptions) {
  return async (command: string, args: string[]): Promise<void> => {
    const always = ['--app', 'cdk.out', '--no-notices'];
    try {
      await run(join(root, 'node_modules/aws-cdk/bin/cdk'), [command, ...args, ...always], options);
    } catch (cause) {
      throw new Error(`cdk ${command} has failed:\n${(cause as Error).message}${adviceOn(cause as Error)}`, { cause });
    }
  };
}

/** Emulators are asked for each resource in turn: of all that is said of that, only the ends of stacks are told. */
function saySteps(say: (line: string) => void) {
  return (line: string) => {
    if (/^\s*(✅|❌)/.test(line)) say(line.trim());
  };
}

function adviceOn({ message }: Error): string {
  const type = /nsupported resource type:? '?(AWS::\w+::\w+)/.exec(message)?.[1];
  return type ? `\nThis emulator has no ${type}: try --stub ${type}, on a fresh one.` : '';
}

function apiUrlIn(outputsFile: string): string {
  const outputs = JSON.parse(readFileSync(outputsFile, 'utf8'));
  return outputs['Bazaar-dev-Gateway'].ApiUrl.replace(/\/$/, '');
}

/** Each HTTP API has a host name of its own, which has to lead to the emulator: by no means do all machines know it. */
async function mustBeFound(apiUrl: string): Promise<void> {
  const { hostname } = new URL(apiUrl);
  try {
    await lookup(hostname);
  } catch (cause) {
    throw new Error(
      `The stacks are deployed, but ${hostname} is not known on this machine. Add "127.0.0.1 ${hostname}" to the hosts ` +
        'file, or have all names under localhost resolved (on Debian: the package libnss-myhostname); then run this again.',
      { cause },
    );
  }
}

/** Resolves to the password. */
async function makeAdmin(root: string, env: NodeJS.ProcessEnv): Promise<string> {
  const password = process.env.BAZAAR_ADMIN_PASSWORD || randomBytes(PASSWORD_BYTES).toString('base64url');
  const admin = ['--stage', 'dev', '--username', 'admin', '--email', 'admin@example.com'];
  const options = { cwd: root, env: { ...env, BAZAAR_ADMIN_PASSWORD: password } };
  await run(join(root, 'bin/make-admin.ts'), admin, options);
  return password;
}
