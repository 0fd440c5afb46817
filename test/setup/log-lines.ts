import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ask, type Row } from '#bin/logs/insights.ts';

/** The stage that `npm start` runs, all that it has ever logged and still keeps. */
const STAGE = 'dev';

/** Lines of ours that nobody could find by what they are about. */
const UNFINDABLE = 'filter ispresent(service) and not (correlation_id like /./)';

/**
 * Lines of AWS's own: what Lambda says of an invocation, the error of a handler that threw it (which our own line tells
 * too), and failures of the saga. They have the id of a request or execution of AWS; no correlation id gets into them.
 */
const OF_AWS =
  'ispresent(record.requestId) or (ispresent(requestId) and ispresent(message.errorType)) or ispresent(execution_arn)';

/** What the shop has logged so far, counted; throws when one of the lines has no correlation id. */
export async function checkLogLines(endpoint: string): Promise<string> {
  const client = new CloudWatchLogsClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'any' },
  });
  const rows = (query: string) =>
    ask(client, STAGE, { query, from: new Date(0), until: new Date(Date.now() + 86_400_000) });
  const count = async (filter: string) => Number((await rows(`${filter} | stats count(*) as lines`))[0]?.lines ?? 0);
  const unfindable = await rows(`${UNFINDABLE} | limit 5`);
  const unknown = await rows(`filter not ispresent(service) and not (${OF_AWS}) | limit 5`);
  if (unfindable.length + unknown.length > 0) throw new Error(complaint([...unfindable, ...unknown]));
  const ours = await count('filter ispresent(service)');
  const ofAws = await count(`filter not ispresent(service) and (${OF_AWS})`);
  const sizes = await bytesOf(rows);
  return `${ours} lines of logs, all with a correlation id; lines that tell of work: half up to ${sizes.at(0.5)} bytes, nine of ten up to ${sizes.at(0.9)}. ${ofAws} lines of AWS's own.`;
}

async function bytesOf(rows: (query: string) => Promise<Row[]>) {
  const lines = await rows('filter ispresent(duration_ms) | fields @message');
  const sizes = lines.map((row) => Buffer.byteLength(row['@message'] ?? '')).sort((a, b) => a - b);
  return { at: (share: number) => sizes[Math.floor(share * (sizes.length - 1))] };
}

function complaint(rows: Row[]): string {
  return ['Lines of the log without a correlation id:', ...rows.map((row) => row['@message'])].join('\n');
}
