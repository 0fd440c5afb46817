import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Place } from './operator.ts';

/** What is known of the place of changes in a stream. */
export interface RecordRange {
  streamArn: string;
  shardId: string;
  startSequenceNumber: string;
  endSequenceNumber: string;
}

interface HttpRequest {
  hostname: string;
  headers: Record<string, string>;
  body: string;
}

interface HttpResponse {
  statusCode: number;
  body: Readable;
}

/** `dynamodb.<region>...`, or `<account>.ddb.<region>...`. */
const TABLES_ON_AWS = /^(?:[^.]+\.ddb|dynamodb)\.(.+\.amazonaws\.com(?:\.cn)?)$/;

/**
 * DynamoDB Streams: DynamoDB's protocol, signature and errors, at an address of its own. The records stay as they come
 * over the wire, which is how Lambda hands them to functions; an SDK's client would make objects of their values.
 */
export class StreamsClient {
  readonly #client: DynamoDBClient;

  constructor(place: Place = {}) {
    this.#client = new DynamoDBClient(place);
  }

  destroy(): void {
    this.#client.destroy();
  }

  /** The changes from the first to the last; rejects with `TrimmedDataAccessException` when they are older than a day. */
  async recordsIn({ streamArn, shardId, startSequenceNumber, endSequenceNumber }: RecordRange) {
    const from = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: startSequenceNumber };
    const position = { StreamArn: streamArn, ShardId: shardId, ...from };
    const { ShardIterator: first } = await this.#call<Position>('GetShardIterator', position);
    const records: DynamoDBRecord[] = [];
    const isIn = ({ dynamodb }: DynamoDBRecord) => BigInt(dynamodb?.SequenceNumber ?? 0) <= BigInt(endSequenceNumber);
    for (let ShardIterator: string | undefined = first; ShardIterator; ) {
      const page: Page = await this.#call<Page>('GetRecords', { ShardIterator });
      records.push(...page.Records.filter(isIn));
      const isOver = page.Records.length === 0 || !page.Records.every(isIn);
      if (isOver || records.at(-1)?.dynamodb?.SequenceNumber === endSequenceNumber) break;
      ShardIterator = page.NextShardIterator;
    }
    return records;
  }

  async #call<Answer>(action: string, input: object): Promise<Answer> {
    // Any command carries it: what it asks is replaced before it is signed, what is answered before it is read.
    const command = new ListTablesCommand({});
    let answer = '{}';
    command.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as HttpRequest;
        request.headers['x-amz-target'] = `DynamoDBStreams_20120810.${action}`;
        request.body = JSON.stringify(input);
        request.hostname = request.hostname.replace(TABLES_ON_AWS, 'streams.dynamodb.$1');
        return next(args);
      },
      { step: 'build', priority: 'high', name: 'askStreams' },
    );
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const response = result.response as HttpResponse;
        if (response.statusCode >= 300) return result;
        answer = await text(response.body);
        response.body = Readable.from(['{}']);
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'keepAnswer' },
    );
    await this.#client.send(command);
    return JSON.parse(answer);
  }
}

interface Position {
  ShardIterator: string;
}

interface Page {
  Records: DynamoDBRecord[];
  NextShardIterator?: string;
}
