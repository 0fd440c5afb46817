import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type DynamoDbUnderTest, ROLE, startDynamoDb } from './dynamodb-under-test.ts';

const ORDERS = 'arn:aws:dynamodb:eu-central-1:000000000000:table/orders';
const STOCK = 'arn:aws:dynamodb:eu-central-1:000000000000:table/stock';
const Key = { pk: { S: 'a' } };
const streamArn = `${ORDERS}/stream/2026-11-22T14:42:51.221`;
const KeyConditionExpression = 'pk = :a';
const ExpressionAttributeValues = { ':a': { S: 'a' } };

describe('a role', () => {
  let db: DynamoDbUnderTest;

  beforeAll(async () => {
    db = await startDynamoDb();
    for (const TableName of ['orders', 'stock']) {
      await db.client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'inverse',
              KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      );
    }
  });
  afterAll(() => db.stop());
  afterEach(() => db.allowed.clear());

  async function ask(action: string, input: object): Promise<{ status: number; type: string; message: string }> {
    const streams = /Stream|Records|Iterator/.test(action);
    const response = await fetch(db.url, {
      method: 'POST',
      headers: {
        'x-amz-target': `${streams ? 'DynamoDBStreams' : 'DynamoDB'}_20120810.${action}`,
        authorization: 'AWS4-HMAC-SHA256 Credential=CLERK/20260101/us-east-1/dynamodb/aws4_request',
      },
      body: JSON.stringify(input),
    });
    const { __type = '', message = '' } = (await response.json()) as { __type?: string; message?: string };
    return { status: response.status, type: __type, message };
  }

  test.each<[string, object, string[]]>([
    ['GetItem', { TableName: 'orders', Key }, [ORDERS]],
    ['GetItem', { TableName: ORDERS, Key }, [ORDERS]],
    ['PutItem', { TableName: 'orders', Item: Key }, [ORDERS]],
    ['UpdateItem', { TableName: 'orders', Key, UpdateExpression: 'SET n = :a', ExpressionAttributeValues }, [ORDERS]],
    ['DeleteItem', { TableName: 'orders', Key }, [ORDERS]],
    ['Query', { TableName: 'orders', KeyConditionExpression, ExpressionAttributeValues }, [ORDERS]],
    [
      'Query',
      { TableName: 'orders', IndexName: 'inverse', KeyConditionExpression, ExpressionAttributeValues },
      [`${ORDERS}/index/inverse`],
    ],
    ['Scan', { TableName: 'orders' }, [ORDERS]],
    ['Scan', { TableName: ORDERS, IndexName: 'inverse' }, [`${ORDERS}/index/inverse`]],
    ['BatchGetItem', { RequestItems: { orders: { Keys: [Key] }, stock: { Keys: [Key] } } }, [ORDERS, STOCK]],
    [
      'BatchWriteItem',
      { RequestItems: { orders: [{ DeleteRequest: { Key } }], stock: [{ PutRequest: { Item: Key } }] } },
      [ORDERS, STOCK],
    ],
    ['DescribeTable', { TableName: 'orders' }, [ORDERS]],
    ['DescribeTimeToLive', { TableName: 'orders' }, [ORDERS]],
    ['DescribeContinuousBackups', { TableName: 'orders' }, [ORDERS]],
    ['TagResource', { ResourceArn: ORDERS, Tags: [] }, [ORDERS]],
    ['ListTables', {}, ['*']],
    ['ListStreams', {}, ['*']],
  ])('may %s %j with the permission for it, and not without', async (action, input, resources) => {
    for (const resource of resources) {
      expect(await ask(action, input)).toEqual({
        status: 400,
        type: 'com.amazon.coral.service#AccessDeniedException',
        message: `not authorized to perform: dynamodb:${action} on resource: ${resource}`,
      });
      db.allowed.add(`dynamodb:${action} ${resource}`);
    }

    expect(await ask(action, input)).toMatchObject({ status: 200 });
  });

  test.each<[string, object]>([
    ['DescribeStream', { StreamArn: streamArn }],
    ['GetShardIterator', { StreamArn: streamArn, ShardId: 'shard', ShardIteratorType: 'LATEST' }],
    ['GetRecords', { ShardIterator: `${streamArn}|001|abc` }],
  ])('may %s only of streams that it is allowed', async (action, input) => {
    expect((await ask(action, input)).message).toBe(
      `not authorized to perform: dynamodb:${action} on resource: ${streamArn}`,
    );
  });

  const values = { ExpressionAttributeValues: { ':a': 1 } };
  test.each([
    ['PutItem', { Put: { TableName: 'orders', Item: { pk: 'a' } } }],
    ['UpdateItem', { Update: { TableName: 'orders', Key: { pk: 'a' }, UpdateExpression: 'SET n = :a', ...values } }],
    ['DeleteItem', { Delete: { TableName: ORDERS, Key: { pk: 'a' } } }],
    [
      'ConditionCheckItem',
      { ConditionCheck: { TableName: 'orders', Key: { pk: 'b' }, ConditionExpression: 'attribute_not_exists(pk)' } },
    ],
  ])('needs the permission for %s to do that in a transaction', async (action, item) => {
    db.allowed.add(`dynamodb:PutItem ${STOCK}`);
    const TransactItems = [{ Put: { TableName: 'stock', Item: { pk: 'a' } } }, item];

    await expect(db.clerk.send(new TransactWriteCommand({ TransactItems }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `not authorized to perform: dynamodb:${action} on resource: ${ORDERS}`,
    });

    db.allowed.add(`dynamodb:${action} ${ORDERS}`);
    await db.clerk.send(new TransactWriteCommand({ TransactItems }));
  });

  test('needs the same permissions inside the cloud', async () => {
    const TransactItems = [{ Get: { TableName: 'orders', Key } }];
    const read = () => db.call('dynamodb', 'TransactGetItems', { TransactItems }, ROLE);
    await expect(read()).rejects.toMatchObject({ code: 'AccessDeniedException' });

    db.allowed.add(`dynamodb:GetItem ${ORDERS}`);
    await expect(read()).resolves.toBeDefined();
  });

  test('is told which field is missing', async () => {
    expect(await ask('GetItem', { Key })).toEqual({
      status: 400,
      type: 'com.amazon.coral.validate#ValidationException',
      message:
        "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    });
  });
});
