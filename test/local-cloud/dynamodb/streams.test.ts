import { CreateTableCommand, type StreamViewType, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StreamRecord } from '#lib/local-cloud/dynamodb/stream-journal.ts';
import { type DynamoDbUnderTest, resourceOf, startDynamoDb } from './dynamodb-under-test.ts';

const HOUR_MS = 3_600_000;

describe('the stream of a table', () => {
  let db: DynamoDbUnderTest;
  let TableName: string;
  let streamArn: string;
  let tables = 0;

  beforeAll(async () => {
    db = await startDynamoDb();
  });
  afterAll(() => db.stop());
  beforeEach(async () => {
    streamArn = await createTable('NEW_AND_OLD_IMAGES');
    db.written.length = 0;
  });

  async function createTable(StreamViewType: StreamViewType): Promise<string> {
    tables += 1;
    TableName = `table-${tables}`;
    const created = await db.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'customer', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byCustomer',
            KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType },
      }),
    );
    return created.TableDescription?.LatestStreamArn ?? '';
  }

  function put(item: Record<string, unknown>) {
    return db.documents.send(new PutCommand({ TableName, Item: item }));
  }

  async function iterator(type = 'TRIM_HORIZON'): Promise<string> {
    const described = await db.call<{ StreamDescription: { StreamArn: string; Shards: { ShardId: string }[] } }>(
      'dynamodbstreams',
      'DescribeStream',
      { StreamArn: streamArn },
    );
    expect(described.StreamDescription.StreamArn).toBe(streamArn);
    const got = await db.call<{ ShardIterator: string }>('dynamodbstreams', 'GetShardIterator', {
      StreamArn: streamArn,
      ShardId: described.StreamDescription.Shards[0]?.ShardId,
      ShardIteratorType: type,
    });
    return got.ShardIterator;
  }

  async function records(): Promise<StreamRecord[]> {
    const ShardIterator = await iterator();
    return (await db.call<{ Records: StreamRecord[] }>('dynamodbstreams', 'GetRecords', { ShardIterator })).Records;
  }

  test('has an ARN of the account in its region, with a label', async () => {
    const listed = await db.call<{ Streams: object[] }>('dynamodbstreams', 'ListStreams', { TableName });

    expect(streamArn).toMatch(
      new RegExp(`^arn:aws:dynamodb:eu-central-1:000000000000:table/${TableName}/stream/\\d{4}-\\d\\d-\\d\\dT`),
    );
    expect(listed.Streams).toEqual([expect.objectContaining({ StreamArn: streamArn, TableName })]);
  });

  test('carries every change in order, with keys and images', async () => {
    await put({ pk: 'a', n: 1 });
    await db.documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk: 'a' },
        UpdateExpression: 'SET n = :two',
        ExpressionAttributeValues: { ':two': 2 },
      }),
    );
    await db.documents.send(new DeleteCommand({ TableName, Key: { pk: 'a' } }));

    const seen = await records();

    expect(seen.map((record) => record.eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(seen[1]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-central-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { pk: { S: 'a' } },
        OldImage: { pk: { S: 'a' }, n: { N: '1' } },
        NewImage: { pk: { S: 'a' }, n: { N: '2' } },
        SequenceNumber: expect.stringMatching(/^\d{21,40}$/),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(seen[2]?.userIdentity).toBeUndefined();
  });

  test('carries what is empty as what it is', async () => {
    const item = { pk: 'a', map: {}, list: [], text: '', deep: [{ map: {} }, {}, []] };
    await put(item);
    await put({ pk: 'a' });

    const images = (await records()).map(({ dynamodb }) => [dynamodb.OldImage, dynamodb.NewImage]);

    const image = {
      pk: { S: 'a' },
      map: { M: {} },
      list: { L: [] },
      text: { S: '' },
      deep: { L: [{ M: { map: { M: {} } } }, { M: {} }, { L: [] }] },
    };
    expect(images).toEqual([
      [undefined, image],
      [image, { pk: { S: 'a' } }],
    ]);
  });

  test('is read on from where the last reading ended', async () => {
    await put({ pk: 'a' });
    type Page = { Records: StreamRecord[]; NextShardIterator: string };
    const first = await db.call<Page>('dynamodbstreams', 'GetRecords', { ShardIterator: await iterator() });
    await put({ pk: 'b' });

    const next = await db.call<Page>('dynamodbstreams', 'GetRecords', { ShardIterator: first.NextShardIterator });

    expect(first.NextShardIterator).toContain(streamArn);
    expect(next.Records.map((record) => record.dynamodb.Keys)).toEqual([{ pk: { S: 'b' } }]);
  });

  test('is read from its first record, however much was written to other tables before it', async () => {
    const early = await iterator();
    const mine = { TableName, streamArn };
    await createTable('NEW_AND_OLD_IMAGES');
    for (const pk of ['x', 'y', 'z']) await put({ pk });
    ({ TableName, streamArn } = mine);
    await put({ pk: 'a' });

    const read = await db.call<{ Records: StreamRecord[] }>('dynamodbstreams', 'GetRecords', { ShardIterator: early });

    expect(read.Records.map((record) => record.dynamodb.Keys)).toEqual([{ pk: { S: 'a' } }]);
  });

  test('is announced as written to the moment a write has succeeded', async () => {
    await put({ pk: 'a' });
    const Item = { pk: 'b' };
    await db.documents.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item } }] }));
    const failing = new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' });
    await expect(db.documents.send(failing)).rejects.toThrow();

    expect(db.written).toEqual([streamArn, streamArn]);
  });

  test('dates its records by the clock, also when time was moved', async () => {
    await put({ pk: 'before' });
    const before = db.clock.now() / 1000;
    await records();
    db.clock.advance(HOUR_MS);
    await put({ pk: 'after' });

    const [first, second] = (await records()).map((record) => record.dynamodb.ApproximateCreationDateTime);

    expect(Math.abs((first ?? 0) - before)).toBeLessThanOrEqual(60);
    expect(Math.abs((second ?? 0) - before - HOUR_MS / 1000)).toBeLessThanOrEqual(60);
  });

  test('speaks to SDKs in the same words', async () => {
    await put({ pk: 'a' });
    const response = await fetch(db.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDBStreams_20120810.GetRecords' },
      body: JSON.stringify({ ShardIterator: await iterator() }),
    });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      Records: [{ awsRegion: 'eu-central-1', eventName: 'INSERT' }],
      NextShardIterator: expect.stringContaining(streamArn),
    });
  });

  test('that does not exist is refused by the name that was asked for', async () => {
    const StreamArn = `${streamArn}-gone`;
    await expect(db.call('dynamodbstreams', 'DescribeStream', { StreamArn })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: expect.stringContaining(StreamArn),
    });
  });

  describe('of a table with time to live', () => {
    async function expireIn(seconds: number, pk: string): Promise<void> {
      await put({ pk, ttl: Math.floor(db.clock.now() / 1000) + seconds });
    }

    async function enable(): Promise<void> {
      const TimeToLiveSpecification = { Enabled: true, AttributeName: 'ttl' };
      await db.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    }

    test('says that the service removed what had expired, and the user what he deleted', async () => {
      await enable();
      await expireIn(60, 'expired');
      await expireIn(60, 'deleted');
      await expireIn(100 * 24 * 3600, 'later');
      await db.documents.send(new DeleteCommand({ TableName, Key: { pk: 'deleted' } }));
      db.clock.advance(HOUR_MS);

      expect(await db.dynamodb.sweepExpired()).toBe(1);

      const removed = (await records()).filter((record) => record.eventName === 'REMOVE');
      expect(removed.map((record) => [record.dynamodb.Keys.pk?.S, record.userIdentity])).toEqual([
        ['deleted', undefined],
        ['expired', { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' }],
      ]);
      expect(db.written).toHaveLength(5);
      expect((await records()).at(-1)?.userIdentity).toBeDefined();
    });

    test.each<StreamViewType>(['KEYS_ONLY', 'NEW_IMAGE'])('says so without old images too (%s)', async (view) => {
      streamArn = await createTable(view);
      await enable();
      await expireIn(60, 'expired');
      db.clock.advance(HOUR_MS);
      await db.dynamodb.sweepExpired();

      expect((await records()).at(-1)).toMatchObject({ eventName: 'REMOVE', userIdentity: { Type: 'Service' } });
    });

    test('keeps items that expire not yet, expired five years ago, or not at all', async () => {
      await enable();
      await put({ pk: 'never' });
      await put({ pk: 'text', ttl: '1' });
      await expireIn(-6 * 365 * 24 * 3600, 'ancient');
      await expireIn(100 * 24 * 3600, 'later');

      expect(await db.dynamodb.sweepExpired()).toBe(0);
    });
  });
});

describe('expired items', () => {
  test('are lost by themselves when time passes', async () => {
    const db = await startDynamoDb();
    try {
      const type = db.dynamodb.resourceTypes.find((each) => each.type === 'AWS::DynamoDB::Table');
      const table = await type?.create(
        resourceOf('AWS::DynamoDB::Table', {
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
          StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
          TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        }),
      );
      db.dynamodb.start();
      const Item = { pk: 'a', ttl: Math.floor(db.clock.now() / 1000) + 60 };
      await db.documents.send(new PutCommand({ TableName: table?.ref, Item }));
      const removed = new Promise<string>((resolve) => {
        db.onTableWrite = resolve;
      });

      db.clock.advance(HOUR_MS);

      expect(await removed).toBe(table?.attributes?.StreamArn);
    } finally {
      await db.stop();
    }
  });
});
