// `npm start`: the whole shop on this machine, from the templates that `cdk deploy` would use.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cloud, startCloud } from '#lib/local-cloud/cloud.ts';
import { synthesizeIfChanged } from './build/synthesize.ts';
import { type Admin, seed } from './start/seed.ts';
import { thingsToTry } from './start/things-to-try.ts';

const ADMIN_PASSWORD_BYTES = 12;
const root = join(import.meta.dirname, '..');

try {
  await start();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

async function start(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, verbose: { type: 'boolean' } } });
  const ports = { apiPort: port('PORT', 3000), awsPort: port('AWS_PORT', 4566) };
  const adminPassword = process.env.BAZAAR_ADMIN_PASSWORD ?? randomBytes(ADMIN_PASSWORD_BYTES).toString('base64url');
  if (await synthesizeIfChanged(root)) console.log('synthesized the stacks into cdk.out/');
  const cloud = await startCloud({
    ...ports,
    assemblyDir: join(root, 'cdk.out'),
    dataDir: values.data,
    javaHome: process.env.JAVA_HOME,
    log: { info: (line) => values.verbose && console.log(line), warn: (line) => console.error(line) },
  });
  stopOnSignal(cloud);
  const apiUrl = cloud.outputs('Bazaar-dev-Gateway').ApiUrl ?? '';
  await seed({ apiUrl, makeAdmin: (admin) => makeAdmin(cloud, admin) }, adminPassword);
  console.log(thingsToTry(apiUrl, cloud.awsUrl, adminPassword));
  console.log(`ready ${apiUrl} (AWS endpoint ${cloud.awsUrl})`);
  cloud.warmUp();
}

function port(variable: string, otherwise: number): number {
  const value = process.env[variable] ?? String(otherwise);
  const number = Number(value);
  if (/^\d+$/.test(value) && number < 65_536) return number;
  throw new Error(`${variable}=${value} is not a port: set a number from 0 (any free port) to 65535.`);
}

async function makeAdmin(cloud: Cloud, admin: Admin): Promise<void> {
  const FunctionName = cloud.outputs('Bazaar-dev-User').MakeAdminFunction;
  const { FunctionError, Payload } = await cloud.api.call<{ FunctionError?: string; Payload: Buffer }>(
    'lambda',
    'Invoke',
    { FunctionName, Payload: JSON.stringify(admin) },
    { caller: { kind: 'operator' } },
  );
  if (FunctionError) throw new Error(`The administrator could not be made: ${Payload}`);
}

function stopOnSignal(cloud: Cloud): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      cloud.stop().then(
        () => process.exit(0),
        (error: Error) => {
          console.error(error.message);
          process.exit(1);
        },
      );
    });
  }
}
