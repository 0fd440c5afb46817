import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DynamoDbUnderTest, startDynamoDb } from './dynamodb-under-test.ts';

const ARN = 'arn:aws:dynamodb:eu-central-1:000000000000:table/orders';

describe('items of a table', () => {
  let db: DynamoDbUnderTest;

  beforeAll(async () => {
    db = await startDynamoDb();
    await db.client.send(
      new CreateTableCommand({
        TableName: 'orders',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
          { AttributeName: 'customer', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byCustomer',
            KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
  });
  afterAll(() => db.stop());

  test('are put, read, updated and deleted', async () => {
    const Key = { pk: 'crud', sk: '1' };
    await db.documents.send(new PutCommand({ TableName: 'orders', Item: { ...Key, cents: 1200 } }));
    await db.documents.send(
      new UpdateCommand({
        TableName: 'orders',
        Key,
        UpdateExpression: 'ADD cents :more',
        ExpressionAttributeValues: { ':more': 34 },
      }),
    );

    const read = await db.documents.send(new GetCommand({ TableName: 'orders', Key, ConsistentRead: true }));
    expect(read.Item).toEqual({ ...Key, cents: 1234 });

    await db.documents.send(new DeleteCommand({ TableName: 'orders', Key }));
    expect((await db.documents.send(new GetCommand({ TableName: 'orders', Key }))).Item).toBeUndefined();
  });

  test('are refused when a condition does not hold, with the item that is there', async () => {
    const Item = { pk: 'conditional', sk: '1', status: 'PLACED' };
    const put = new PutCommand({
      TableName: 'orders',
      Item,
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await db.documents.send(put);

    await expect(db.documents.send(put)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { status: { S: 'PLACED' } },
    });
  });

  test('are found through an index', async () => {
    await db.documents.send(new PutCommand({ TableName: 'orders', Item: { pk: 'gsi', sk: '1', customer: 'ada' } }));

    const found = await db.documents.send(
      new QueryCommand({
        TableName: 'orders',
        IndexName: 'byCustomer',
        KeyConditionExpression: 'customer = :customer',
        ExpressionAttributeValues: { ':customer': 'ada' },
      }),
    );

    expect(found.Items).toEqual([{ pk: 'gsi', sk: '1', customer: 'ada' }]);
  });

  test('are written and read in batches', async () => {
    const items = ['1', '2', '3'].map((sk) => ({ pk: 'batch', sk }));
    await db.documents.send(
      new BatchWriteCommand({ RequestItems: { orders: items.map((Item) => ({ PutRequest: { Item } })) } }),
    );

    const read = await db.documents.send(new BatchGetCommand({ RequestItems: { orders: { Keys: items } } }));

    expect(read.Responses?.orders).toHaveLength(3);
  });

  test('are sold fifty times, not more, when a hundred buyers want fifty', async () => {
    const Key = { pk: 'stock', sk: '1' };
    await db.documents.send(new PutCommand({ TableName: 'orders', Item: { ...Key, onHand: 50 } }));
    const buy = (buyer: number) =>
      db.documents.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Update: {
                TableName: 'orders',
                Key,
                UpdateExpression: 'ADD onHand :one',
                ConditionExpression: 'onHand > :none',
                ExpressionAttributeValues: { ':one': -1, ':none': 0 },
              },
            },
            { Put: { TableName: 'orders', Item: { pk: 'sold', sk: String(buyer) } } },
          ],
        }),
      );

    const results = await Promise.allSettled(Array.from({ length: 100 }, (_none, buyer) => buy(buyer)));

    const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason);
    expect(refused).toHaveLength(50);
    expect(refused[0]).toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
    });
    const left = await db.documents.send(
      new TransactGetCommand({ TransactItems: [{ Get: { TableName: 'orders', Key } }] }),
    );
    expect(left.Responses?.[0]?.Item?.onHand).toBe(0);
    const sold = await db.documents.send(
      new QueryCommand({
        TableName: 'orders',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'sold' },
      }),
    );
    expect(sold.Count).toBe(50);
  });

  test('are reached by the ARN of their table as well as by its name', async () => {
    const Item = { pk: 'arn', sk: '1' };
    await db.documents.send(new PutCommand({ TableName: ARN, Item }));

    const batch = await db.documents.send(new BatchGetCommand({ RequestItems: { [ARN]: { Keys: [Item] } } }));
    const transaction = await db.documents.send(
      new TransactGetCommand({ TransactItems: [{ Get: { TableName: ARN, Key: Item } }] }),
    );

    expect(batch.Responses).toEqual({ [ARN]: [Item] });
    expect(transaction.Responses).toEqual([{ Item }]);
  });

  test('are refused in AWS words when there is no such table', async () => {
    await expect(db.documents.send(new ScanCommand({ TableName: 'nowhere' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
  });

  test('are reached by callers inside the cloud, with errors as exceptions', async () => {
    const Item = { pk: { S: 'inside' }, sk: { S: '1' } };
    await db.call('dynamodb', 'PutItem', { TableName: 'orders', Item });

    await expect(db.call('dynamodb', 'GetItem', { TableName: 'orders', Key: Item })).resolves.toEqual({ Item });
    await expect(
      db.call('dynamodb', 'PutItem', { TableName: 'orders', Item, ConditionExpression: 'attribute_not_exists(pk)' }),
    ).rejects.toMatchObject({ code: 'ConditionalCheckFailedException', status: 400 });
  });

  test.each(['ExecuteStatement', 'CreateBackup'])('are not touched by the unsupported action %s', async (action) => {
    const response = await fetch(db.url, {
      method: 'POST',
      headers: { 'x-amz-target': `DynamoDB_20120810.${action}` },
      body: '{}',
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      __type: 'com.amazon.coral.service#UnknownOperationException',
      message: expect.stringContaining(action),
    });
  });

  test('are not touched by a request that is not JSON', async () => {
    const response = await fetch(db.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
      body: '{bad',
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'com.amazon.coral.service#SerializationException' });
  });
});
