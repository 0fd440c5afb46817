import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import type { StreamRecord } from '#lib/local-cloud/lambda/stream-record.ts';
import { LambdaCloud, until } from './lambda-cloud.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders';
const STREAM = `${TABLE}/stream/2026-11-22T00:00:00.000`;
const FAILURES = 'arn:aws:sqs:us-east-1:000000000000:failures';
const SHARD = 'shard-1';

let cloud: LambdaCloud;
/** Iterators are `<shard>:<index of the next record>`. */
let shards: Record<string, { parent?: string; records: StreamRecord[]; closed?: boolean }>;

beforeEach(() => {
  cloud = new LambdaCloud();
  shards = { [SHARD]: { records: [] } };
  cloud.on('sqs', 'SendMessage', () => ({}));
  cloud.on('dynamodbstreams', 'DescribeStream', () => ({
    StreamDescription: {
      Shards: Object.entries(shards).map(([ShardId, { parent }]) => ({ ShardId, ParentShardId: parent })),
    },
  }));
  cloud.on('dynamodbstreams', 'GetShardIterator', ({ input }) => ({ ShardIterator: iterator(input) }));
  cloud.on('dynamodbstreams', 'GetRecords', ({ input }) => getRecords(input));
});

afterEach(() => cloud.stop());

function iterator(input: { ShardId: string; ShardIteratorType: string; SequenceNumber?: string }): string {
  const { records } = shards[input.ShardId] as { records: StreamRecord[] };
  const at = records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === input.SequenceNumber);
  const index = { TRIM_HORIZON: 0, LATEST: records.length, AT_SEQUENCE_NUMBER: at, AFTER_SEQUENCE_NUMBER: at + 1 };
  return `${input.ShardId}:${index[input.ShardIteratorType as keyof typeof index]}`;
}

function getRecords({ ShardIterator, Limit }: { ShardIterator: string; Limit: number }) {
  const [shardId = '', index] = ShardIterator.split(':');
  const { records, closed } = shards[shardId] as { records: StreamRecord[]; closed?: boolean };
  const Records = records.slice(Number(index), Number(index) + Limit);
  const next = Number(index) + Records.length;
  return { Records, ...((!closed || next < records.length) && { NextShardIterator: `${shardId}:${next}` }) };
}

function record(sequence: number | string, ageSeconds = 0): StreamRecord {
  return {
    eventID: `event-${sequence}`,
    eventName: 'INSERT',
    eventVersion: '1.1',
    awsRegion: 'us-east-1',
    dynamodb: {
      SequenceNumber: String(sequence),
      ApproximateCreationDateTime: Math.floor(cloud.clock.now() / 1000) - ageSeconds,
      Keys: { pk: { S: `item ${sequence}` } },
      SizeBytes: 10,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
}

function write(...records: StreamRecord[]): void {
  shards[SHARD]?.records.push(...records);
}

/** Prints the sequence numbers of each batch; `body` may use them as `batch`, and `calls`. */
function handler(body = ''): string {
  return `let calls = 0;
    export const handler = async ({ Records }) => {
      const batch = Records.map((record) => record.dynamodb.SequenceNumber);
      calls++;
      console.log('batch ' + batch.join());
      ${body}
    };`;
}

function batches(): string[] {
  return cloud.messages().flatMap((line) => /\tbatch (.*)$/.exec(line)?.[1] ?? []);
}

/** Lets the waits between attempts pass until the condition holds. */
async function pass(condition: () => boolean): Promise<void> {
  while (!condition()) {
    cloud.clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function map(code: string, properties: Record<string, unknown> = {}): Promise<void> {
  cloud.deploy(code);
  cloud.create('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: STREAM,
    FunctionName: 'fn',
    StartingPosition: 'TRIM_HORIZON',
    ...properties,
  });
  await cloud.lambda.start();
}

function discarded() {
  return cloud.callsTo('sqs', 'SendMessage').map(({ input }) => JSON.parse(input.MessageBody));
}

describe('an event source mapping of a stream', () => {
  test('hands records to the function as Lambda describes them', async () => {
    const expired: StreamRecord = { ...record(1), eventName: 'REMOVE' };
    expired.userIdentity = { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' };
    write(expired);

    await map('export const handler = async (event) => { console.log(JSON.stringify(event)); };');
    await until(() => cloud.messages().some((line) => line.includes('Records')));

    const line = cloud.messages().find((text) => text.includes('Records'));
    expect(JSON.parse(line?.split('\t').at(-1) ?? '')).toEqual({
      Records: [
        {
          eventID: 'event-1',
          eventName: 'REMOVE',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'us-east-1',
          dynamodb: expired.dynamodb,
          eventSourceARN: STREAM,
          userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
        },
      ],
    });
    expect(cloud.calls[0]?.context.caller).toEqual({ kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/fn-role' });
  });

  test('keeps the order, batch by batch', async () => {
    for (let n = 1; n <= 7; n++) write(record(n));

    await map(handler(), { BatchSize: 3 });
    await until(() => batches().length === 3);

    expect(batches()).toEqual(['1,2,3', '4,5,6', '7']);
  });

  test.each([
    ['TRIM_HORIZON', ['1', '2']],
    ['LATEST', ['2']],
  ])('begins at %s', async (StartingPosition, expected) => {
    write(record(1));
    await map(handler(), { StartingPosition, BatchSize: 1 });

    write(record(2));
    cloud.lambda.nudge(STREAM);
    await until(() => batches().includes('2'));

    expect(batches()).toEqual(expected);
  });

  test.each([
    ['the stream', STREAM],
    ['its table', TABLE],
  ])('looks at once when it is nudged about %s', async (_source, arn) => {
    await map(handler());
    await until(() => cloud.callsTo('dynamodbstreams', 'GetRecords').length > 0);
    write(record(1));

    cloud.lambda.nudge(arn);

    await until(() => batches().length === 1);
  });

  test('tries a failed batch again, in front of everything else', async () => {
    for (let n = 1; n <= 3; n++) write(record(n));

    await map(handler('if (calls < 3) throw new Error();'), { BatchSize: 2 });
    await pass(() => batches().length === 4);

    expect(batches()).toEqual(['1,2', '1,2', '1,2', '3']);
  });

  test('gives up after the configured attempts and tells the on-failure destination', async () => {
    for (let n = 1; n <= 3; n++) write(record(n));

    await map(handler('if (batch[0] === "1") throw new Error();'), {
      BatchSize: 2,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: FAILURES } },
    });
    await pass(() => batches().includes('3'));

    expect(batches()).toEqual(['1,2', '1,2', '1,2', '3']);
    expect(discarded()).toEqual([
      {
        requestContext: {
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 3,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: expect.stringMatching(/Z$/),
        DDBStreamBatchInfo: {
          shardId: SHARD,
          startSequenceNumber: '1',
          endSequenceNumber: '2',
          approximateArrivalOfFirstRecord: expect.stringMatching(/Z$/),
          approximateArrivalOfLastRecord: expect.stringMatching(/Z$/),
          batchSize: 2,
          streamArn: STREAM,
        },
      },
    ]);
  });

  test('splits a failed batch until only the poison record is left', async () => {
    for (let n = 1; n <= 4; n++) write(record(n));

    await map(handler('if (batch.includes("3")) throw new Error();'), {
      BatchSize: 4,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: FAILURES } },
    });
    await pass(() => batches().includes('4'));

    // A split does not count as a retry: the single record has its own.
    expect(batches()).toEqual(['1,2,3,4', '1,2', '3,4', '3', '3', '4']);
    expect(discarded()[0].DDBStreamBatchInfo).toMatchObject({ startSequenceNumber: '3', batchSize: 1 });
  });

  test('goes on from the lowest record that failed', async () => {
    for (let n = 1; n <= 4; n++) write(record(n));

    await map(
      handler('if (calls === 1) return { batchItemFailures: [{ itemIdentifier: "4" }, { itemIdentifier: "3" }] };'),
      {
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    );
    await pass(() => batches().length === 2);

    expect(batches()).toEqual(['1,2,3,4', '3,4']);
  });

  test('takes an answer that it cannot read as a failure of the whole batch', async () => {
    write(record(1), record(2));

    await map(handler('if (calls === 1) return { batchItemFailures: [{ itemIdentifier: "" }] };'), {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    await pass(() => batches().length === 2);

    expect(batches()).toEqual(['1,2', '1,2']);
  });

  test('discards records that are too old', async () => {
    write(record(1, 120), record(2));

    await map(handler(), {
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: FAILURES } },
    });
    await until(() => batches().length === 1);

    expect(batches()).toEqual(['2']);
    expect(discarded()[0]).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 0 },
      DDBStreamBatchInfo: { startSequenceNumber: '1', batchSize: 1 },
    });
  });

  test('begins behind the last processed record when its iterator has expired', async () => {
    let failures = 0;
    cloud.on('dynamodbstreams', 'GetRecords', ({ input }) => {
      if (input.ShardIterator === `${SHARD}:2` && failures++ === 0)
        throw new AwsError('ExpiredIteratorException', 'old');
      return getRecords(input);
    });
    for (let n = 1; n <= 3; n++) write(record(n));

    await map(handler(), { BatchSize: 2 });
    await pass(() => batches().length === 2);

    expect(batches()).toEqual(['1,2', '3']);
    expect(cloud.callsTo('dynamodbstreams', 'GetShardIterator').at(-1)?.input).toMatchObject({
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      SequenceNumber: '2',
    });
  });

  test('waits while the function is throttled, without counting it as a try', async () => {
    write(record(1));
    cloud.deploy(handler(), { ReservedConcurrentExecutions: 0 });
    cloud.create('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: STREAM,
      FunctionName: 'fn',
      StartingPosition: 'TRIM_HORIZON',
      MaximumRetryAttempts: 0,
    });
    await cloud.lambda.start();
    await pass(() => cloud.sum('Throttles') >= 2);

    await cloud.call('DeleteFunctionConcurrency', { FunctionName: 'fn' });

    await pass(() => batches().length === 1);
  });

  test.each(['TRIM_HORIZON', 'LATEST'])('that was off goes on where it stopped: %s', async (StartingPosition) => {
    await map(handler(), { StartingPosition, BatchSize: 1 });
    const { EventSourceMappings } = await cloud.call('ListEventSourceMappings', { FunctionName: 'fn' });
    const [{ UUID }] = EventSourceMappings;
    write(record(1));
    await pass(() => batches().length === 1);

    await cloud.call('UpdateEventSourceMapping', { UUID, Enabled: false });
    write(record(2));
    shards.later = { records: [record('l1')] };
    await cloud.call('UpdateEventSourceMapping', { UUID, Enabled: true });

    await pass(() => batches().length === 3);
    expect(batches().toSorted()).toEqual(['1', '2', 'l1']);
  });

  test('reads a child shard after its parent', async () => {
    shards = {
      child: { parent: 'parent', records: [record('c1')] },
      parent: { records: [record('p1'), record('p2')], closed: true },
    };

    await map(handler(), { BatchSize: 1 });
    await until(() => batches().length === 3);

    expect(batches()).toEqual(['p1', 'p2', 'c1']);
  });

  test('skips records that its filter does not let through', async () => {
    for (let n = 1; n <= 3; n++) write({ ...record(n), eventName: n === 2 ? 'MODIFY' : 'INSERT' });

    await map(handler(), { FilterCriteria: { Filters: [{ Pattern: '{"eventName":["MODIFY"]}' }] } });
    await until(() => batches().length === 1);

    expect(batches()).toEqual(['2']);
  });

  test('gathers records for its window', async () => {
    await map(handler(), { MaximumBatchingWindowInSeconds: 60 });
    write(record(1));
    cloud.lambda.nudge(STREAM);
    await pass(() => cloud.callsTo('dynamodbstreams', 'GetRecords').length > 3);
    write(record(2));

    await pass(() => batches().length === 1);

    expect(batches()).toEqual(['1,2']);
  });

  test('is found later when its stream is not there yet', async () => {
    let calls = 0;
    const describeStream = () => ({ StreamDescription: { Shards: [{ ShardId: SHARD }] } });
    cloud.on('dynamodbstreams', 'DescribeStream', () => {
      if (calls++ === 0) throw new AwsError('ResourceNotFoundException', 'not yet');
      return describeStream();
    });
    write(record(1));

    await map(handler());
    await pass(() => batches().length === 1);
  });
});
