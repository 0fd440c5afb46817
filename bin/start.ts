// `npm start`: the whole shop on this machine, from the templates that `cdk deploy` would use.
// Ctrl-C (SIGINT), SIGTERM and SIGHUP end it, whatever it is doing, with status 0; a start that fails has status 1.
import { randomBytes } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { type Cloud, startCloud } from '#lib/local-cloud/cloud.ts';
import { aborted } from '#lib/local-cloud/core/aborted.ts';
import { synthesizeIfChanged } from './build/synthesize.ts';
import { mustBeOurs } from './start/data-directory.ts';
import { LOCAL_PARAMETERS } from './start/local-parameters.ts';
import { readOptions, type StartOptions } from './start/options.ts';
import { mustBeFree } from './start/ports.ts';
import { type Admin, seed } from './start/seed.ts';
import { thingsToTry } from './start/things-to-try.ts';
import { watchSources } from './start/watch-sources.ts';

const ADMIN_PASSWORD_BYTES = 12;
// Java's second compiler takes a third of the start's processor time; four times its usual thresholds (those are
// 5,000, 600, 15,000 and 40,000), and it works on what a shop under load repeats, not on what a start does.
const JAVA_OPTIONS = [
  '-XX:Tier4InvocationThreshold=20000',
  '-XX:Tier4MinInvocationThreshold=2400',
  '-XX:Tier4CompileThreshold=60000',
  '-XX:Tier4BackEdgeThreshold=160000',
];
const root = join(import.meta.dirname, '..');

// A signal can come more than once: to the process group and, passed on, from the launcher.
const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end.abort());

try {
  await run(readOptions(process.argv.slice(2), process.env), end.signal);
} catch (error) {
  if (!end.signal.aborted) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
} finally {
  // A synthesis that is still under way would otherwise go on alone.
  end.abort();
  process.exit();
}

/** Runs the shop until the signal is aborted; then, or when something fails, it rejects with everything ended. */
async function run(options: StartOptions, signal: AbortSignal): Promise<never> {
  await mustBeFree('PORT', options.apiPort);
  await mustBeFree('AWS_PORT', options.awsPort);
  if (options.dataDir) mustBeOurs(options.dataDir);
  const cloud = await startCloud({
    apiPort: options.apiPort,
    awsPort: options.awsPort,
    assemblyDir: options.appDir ?? synthesized(signal),
    dataDir: options.dataDir,
    parameters: LOCAL_PARAMETERS,
    databasePort: options.databasePort,
    javaHome: options.javaHome,
    javaOptions: JAVA_OPTIONS,
    log: { info: (line) => options.verbose && console.log(line), warn: (line) => console.error(line) },
    signal,
  });
  try {
    await Promise.race([open(cloud, options), aborted(signal)]);
    return await aborted(signal);
  } finally {
    await cloud.stop();
  }
}

async function synthesized(signal: AbortSignal): Promise<string> {
  const onStart = () => console.log('The sources have changed: synthesizing them into cdk.out/ ...');
  await synthesizeIfChanged(root, { onStart, signal });
  return join(root, 'cdk.out');
}

/** Fills a cloud that runs, says that it is ready, and follows the sources from then on. */
async function open(cloud: Cloud, options: StartOptions): Promise<void> {
  const apiUrl = cloud.outputs('Bazaar-dev-Gateway').ApiUrl ?? '';
  const password = options.adminPassword ?? randomBytes(ADMIN_PASSWORD_BYTES).toString('base64url');
  if (options.watch) watchSources(root, { cloud, say: console.log });
  await seed({ apiUrl, makeAdmin: (admin) => makeAdmin(cloud, admin) }, password);
  console.log(thingsToTry({ apiUrl, awsUrl: cloud.awsUrl, adminPassword: password, watching: options.watch }));
  console.log(`ready ${apiUrl} (AWS endpoint ${cloud.awsUrl})`);
  flushCompileCache();
  if (options.warmUp) await cloud.warmUp();
}

async function makeAdmin(cloud: Cloud, admin: Admin): Promise<void> {
  const FunctionName = cloud.outputs('Bazaar-dev-User').MakeAdminFunction;
  const { FunctionError, Payload } = await cloud.api.call<{ FunctionError?: string; Payload: Buffer }>(
    'lambda',
    'Invoke',
    { FunctionName, Payload: JSON.stringify(admin) },
    { caller: { kind: 'operator' } },
  );
  if (FunctionError) throw new Error(`The administrator could not be made: ${JSON.parse(`${Payload}`).errorMessage}`);
}
