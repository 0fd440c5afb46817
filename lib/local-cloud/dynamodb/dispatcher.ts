import type { Clock } from '../core/clock.ts';
import { STREAM_ACTIONS } from './access.ts';
import { type Arns, shardOfIterator, streamOfIterator } from './arns.ts';
import type { EngineClient, EngineReply } from './engine-client.ts';
import { isWrite, tablesOf, withArnsAgain, withNames } from './item-requests.ts';
import { jsonReply } from './replies.ts';
import { type Input, required } from './shapes.ts';
import type { StreamJournal } from './stream-journal.ts';
import { streamReply, streamRequest } from './stream-requests.ts';
import { createTableControl } from './table-control.ts';
import type { TableRegistry } from './table-registry.ts';
import { createTableSettings } from './table-settings.ts';

/** A request that IAM has allowed. `body` is the request as it came over the wire, sent on unchanged if possible. */
export interface DynamoRequest {
  action: string;
  input: Input;
  body?: Buffer;
}

/** The one way to the database, for the wire and for callers inside. */
export type Dispatch = (request: DynamoRequest) => Promise<EngineReply>;

export interface DispatcherParts {
  arns: Arns;
  clock: Clock;
  tables: TableRegistry;
  journal: StreamJournal;
  connect(): Promise<EngineClient>;
  onTableWrite(streamArn: string): void;
}

const TABLES_TARGET = 'DynamoDB_20120810.';
const STREAMS_TARGET = 'DynamoDBStreams_20120810.';

export function createDispatcher(parts: DispatcherParts): Dispatch {
  const { arns, tables, journal } = parts;
  const settings = createTableSettings(tables, parts.clock);
  const control = createTableControl(tables, async (action, input) =>
    (await parts.connect()).send(TABLES_TARGET + action, JSON.stringify(input)),
  );

  async function readStream({ action, input }: DynamoRequest): Promise<EngineReply> {
    const client = await parts.connect();
    const streamArn = action === 'GetRecords' ? streamOfIterator(required(input, 'ShardIterator')) : undefined;
    const send = (request: string, body: Input) => client.send(STREAMS_TARGET + request, streamRequest(body, arns));
    const reply = await send(action, input);
    const again = streamArn && isTrimmed(reply) ? await readFromHorizon(input, streamArn, send) : reply;
    return streamReply(again, streamArn, { arns, journal });
  }

  async function accessItems({ action, input, body }: DynamoRequest): Promise<EngineReply> {
    const client = await parts.connect();
    const named = tablesOf(input);
    const byArn = named.some((table) => table.startsWith('arn:'));
    const sent = byArn || !body ? JSON.stringify(byArn ? withNames(input, arns) : input) : body;
    if (isWrite(action)) journal.noteWrite();
    const reply = await client.send(TABLES_TARGET + action, sent);
    if (reply.status === 200 && isWrite(action)) announce(named);
    if (!byArn || !input.RequestItems || reply.status !== 200) return inAwsWords(reply);
    return jsonReply(withArnsAgain(JSON.parse(reply.body.toString()), input, arns));
  }

  function announce(written: string[]): void {
    for (const table of written) {
      const streamArn = tables.find(arns.tableName(table))?.streamArn;
      if (streamArn) parts.onTableWrite(streamArn);
    }
  }

  return async (request) => {
    const setting = settings[request.action];
    if (setting) {
      await parts.connect();
      return jsonReply(setting(request.input));
    }
    if (STREAM_ACTIONS.includes(request.action)) return readStream(request);
    const onTable = control[request.action];
    return onTable ? inAwsWords(await onTable(withNames(request.input, arns))) : accessItems(request);
  };
}

/**
 * DynamoDB Local counts the changes of all its tables together. An iterator of a shard that has no record yet stands at
 * a number that other tables use up, and is then refused as older than the first record of its own: the one error that
 * a reader on AWS would only see after 24 hours. Nothing has been trimmed, so reading goes on from the horizon.
 */
async function readFromHorizon(
  input: Input,
  StreamArn: string,
  send: (action: string, input: Input) => Promise<EngineReply>,
): Promise<EngineReply> {
  const ShardId = shardOfIterator(required(input, 'ShardIterator'));
  const opened = await send('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
  if (opened.status !== 200) return opened;
  const { ShardIterator } = JSON.parse(opened.body.toString());
  return send('GetRecords', { ...input, ShardIterator });
}

function isTrimmed({ status, body }: EngineReply): boolean {
  return status === 400 && body.includes('TrimmedDataAccessException');
}

/** A missing table reads differently in DynamoDB Local. */
function inAwsWords(reply: EngineReply): EngineReply {
  if (reply.status !== 400) return reply;
  const text = reply.body.toString();
  const worded = text.replace('Cannot do operations on a non-existent table', 'Requested resource not found');
  return worded === text ? reply : jsonReply(worded, reply.status);
}
