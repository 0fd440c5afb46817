// `npm run service -- stop order`, `... start order`: takes a service out of a running stage, and brings it back, to see
// what becomes of the others. It works on the embedded cloud (AWS_ENDPOINT_URL) as on AWS, by the same calls.
import { parseArgs } from 'node:util';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { startService, stopService } from './service/switch.ts';
import { whereToCall } from './where-to-call.ts';

const USAGE = 'Usage: npm run service -- stop|start <service> [--stage dev] [--yes]';

try {
  console.log(await switchService());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function switchService(): Promise<string> {
  const { stop, service, stage } = readArguments();
  const client = new LambdaClient(whereToCall());
  const count = await (stop ? stopService : startService)(client, { stage, service });
  if (count === 0) throw new Error(`There is no service ${service} in the stage ${stage} here.`);
  return `${service} ${stop ? 'is stopped' : 'runs again'}: ${count} functions of the stage ${stage}`;
}

function readArguments(): { stop: boolean; service: string; stage: string } {
  const options = { stage: { type: 'string', default: 'dev' }, yes: { type: 'boolean', default: false } } as const;
  const { positionals, values } = parseArgs({ options, allowPositionals: true });
  const [action = '', service = ''] = positionals;
  if (!['stop', 'start'].includes(action) || !/^[a-z]+$/.test(service) || positionals.length > 2)
    throw new Error(USAGE);
  if (action === 'stop' && values.stage !== 'dev' && !values.yes)
    throw new Error(`This stops ${service} for all who use the stage ${values.stage}: say --yes if it is meant.`);
  return { stop: action === 'stop', service, stage: values.stage };
}
