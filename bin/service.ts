// `npm run service -- stop order`, `... start order`: takes a service out of a running stage, and brings it back, to see
// what becomes of the others. It works on the embedded cloud (AWS_ENDPOINT_URL) as on AWS, by the same calls.
import { parseArgs } from 'node:util';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { startService, stopService } from './service/switch.ts';
import { whereToCall } from './where-to-call.ts';

const USAGE = `Usage: npm run service -- stop|start <service> [--stage dev] [--yes] [--json]
    --yes   is needed to stop a service of another stage than dev`;
const OPTIONS = {
  stage: { type: 'string', default: 'dev' },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

interface Switch {
  stop: boolean;
  service: string;
  stage: string;
  json: boolean;
}

try {
  const asked = readArguments();
  console.log(asked ? await switchService(asked) : USAGE);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function switchService({ stop, service, stage, json }: Switch): Promise<string> {
  const client = new LambdaClient(whereToCall());
  const count = await (stop ? stopService : startService)(client, { stage, service });
  if (count === 0) throw new Error(`There is no service ${service} in the stage ${stage} here.`);
  if (json) return JSON.stringify({ service, stage, stopped: stop, functions: count });
  return `${service} ${stop ? 'is stopped' : 'runs again'}: ${count} functions of the stage ${stage}`;
}

/** Nothing when help is what is wanted. */
function readArguments(): Switch | undefined {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help) return undefined;
  const [action = '', service = ''] = positionals;
  if (!['stop', 'start'].includes(action) || !/^[a-z]+$/.test(service) || positionals.length > 2)
    throw new Error(USAGE);
  if (action === 'stop' && values.stage !== 'dev' && !values.yes)
    throw new Error(`This stops ${service} for all who use the stage ${values.stage}: say --yes if it is meant.`);
  return { stop: action === 'stop', service, stage: values.stage, json: values.json };
}
