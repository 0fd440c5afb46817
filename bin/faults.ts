// `npm run faults -- add <action> [...] | list | clear [<id>]`: makes things go wrong in a shop that runs on this machine,
// and ends that. The embedded cloud alone knows how; its address is AWS_ENDPOINT_URL, or that of `npm start`.
// Exit status: 0 done, 1 not.
import { parseArgs } from 'node:util';

const USAGE = [
  'npm run faults -- list',
  'npm run faults -- add <action> [--service sqs] [--operation SendMessage]... [--function "*TakePayment*"] [--queue ...]',
  '                  [--event order.confirmed] [--about <order_id>] [--skip 1] [--percentage 10] [--times 3]',
  '                  [--delay-ms 500] [--prevent-execution] [--answer <JSON>] [--seed 7]',
  'npm run faults -- clear [<id>]',
].join('\n');

interface Fault {
  id: string;
  action: string;
  met: number;
  [field: string]: unknown;
}

const OPTIONS = {
  service: { type: 'string' },
  operation: { type: 'string', multiple: true },
  function: { type: 'string' },
  queue: { type: 'string' },
  event: { type: 'string' },
  about: { type: 'string' },
  skip: { type: 'string' },
  answer: { type: 'string' },
  percentage: { type: 'string' },
  times: { type: 'string' },
  'delay-ms': { type: 'string' },
  'prevent-execution': { type: 'boolean' },
  seed: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

try {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const answer = await perform(positionals, values);
  console.log(values.json ? JSON.stringify(answer, null, 2) : sentences(answer));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function perform([command, what, ...rest]: string[], values: Values) {
  if (rest.length > 0) throw new Error(USAGE);
  if (command === 'list' && !what) return call('GET');
  if (command === 'clear') return call('DELETE', what && `?id=${encodeURIComponent(what)}`);
  if (command === 'add' && what) return call('POST', '', toRequest(what, values));
  throw new Error(USAGE);
}

function toRequest(action: string, values: Values): object {
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return {
    action,
    service: values.service,
    operations: values.operation,
    function: values.function,
    queue: values.queue,
    event: values.event,
    about: values.about,
    skip: number(values.skip),
    answer: values.answer && fieldsIn(values.answer),
    percentage: number(values.percentage),
    times: number(values.times),
    delayMilliseconds: number(values['delay-ms']),
    preventExecution: values['prevent-execution'],
    seed: number(values.seed),
  };
}

function fieldsIn(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch (cause) {
    throw new Error(`--answer is JSON, such as '{"status":"declined"}'.`, { cause });
  }
}

interface Answer extends Partial<Fault> {
  faults?: Fault[];
  actions?: Record<string, string>;
  ended?: Fault[];
}

async function call(method: string, query = '', body?: object): Promise<Answer> {
  const address = process.env.AWS_ENDPOINT_URL ?? 'http://127.0.0.1:4566';
  const headers = { 'content-type': 'application/json' };
  const request = { method, headers, body: body && JSON.stringify(body) };
  const response = await fetch(`${address}/_bazaar/faults${query}`, request).catch((cause) => {
    throw new Error(`There is no embedded cloud at ${address}: npm start says its address.`, { cause });
  });
  const answer = (await response.json()) as Answer & { message?: string };
  if (!response.ok) throw new Error(`The fault was not added: ${answer.message ?? response.status}`);
  return answer;
}

function sentences({ faults, actions, ended, ...added }: Answer): string {
  if (ended) return `${ended.length} faults ended`;
  if (!faults) return line(added as Fault);
  const known = Object.entries(actions ?? {}).map(([action, what]) => `  ${action}\n      ${what}`);
  const on = faults.length > 0 ? faults.map(line) : ['no faults'];
  return [...on, '', 'What can be added:', ...known].join('\n');
}

function line({ id, action, met, ...rest }: Fault): string {
  const said = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `${id}  ${action}  ${said.join(', ')}; met ${met} times`;
}
