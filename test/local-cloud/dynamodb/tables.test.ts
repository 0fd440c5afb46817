import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findUnknownProperty } from '#lib/local-cloud/core/property-shape.ts';
import type { Physical, Resource } from '#lib/local-cloud/core/service.ts';
import { type DynamoDbUnderTest, resourceOf, startDynamoDb } from './dynamodb-under-test.ts';

const ARN_PREFIX = 'arn:aws:dynamodb:eu-central-1:000000000000:table/';
const KEY = {
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
};
const INDEXED = {
  KeySchema: KEY.KeySchema,
  AttributeDefinitions: [...KEY.AttributeDefinitions, { AttributeName: 'customer', AttributeType: 'S' }],
};
const INDEX = {
  IndexName: 'byCustomer',
  KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
};

/** What CDK's `Table` becomes with most of its options. */
const TABLE = {
  ...INDEXED,
  BillingMode: 'PAY_PER_REQUEST',
  ContributorInsightsSpecification: { Enabled: true },
  DeletionProtectionEnabled: true,
  GlobalSecondaryIndexes: [INDEX],
  OnDemandThroughput: { MaxReadRequestUnits: 5 },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { SSEEnabled: true },
  StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  TableClass: 'STANDARD_INFREQUENT_ACCESS',
  Tags: [{ Key: 'team', Value: 'shop' }],
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
};

/** The same from CDK's `TableV2`. */
const GLOBAL_TABLE = {
  ...INDEXED,
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [INDEX],
  SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
  StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  WarmThroughput: { ReadUnitsPerSecond: 13000, WriteUnitsPerSecond: 5000 },
  Replicas: [
    {
      ContributorInsightsSpecification: { Enabled: true },
      DeletionProtectionEnabled: true,
      GlobalSecondaryIndexes: [{ IndexName: 'byCustomer', ContributorInsightsSpecification: { Enabled: true } }],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
      ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 10 },
      Region: 'eu-central-1',
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      Tags: [{ Key: 'team', Value: 'shop' }],
    },
  ],
};

/** `TableV2` with provisioned capacity, which only auto scaling could tell. */
const PROVISIONED_GLOBAL_TABLE = {
  ...INDEXED,
  BillingMode: 'PROVISIONED',
  GlobalSecondaryIndexes: [{ ...INDEX, WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: {} } }],
  Replicas: [
    {
      Region: 'eu-central-1',
      ReadProvisionedThroughputSettings: { ReadCapacityUnits: 5 },
      GlobalSecondaryIndexes: [
        { IndexName: 'byCustomer', ReadProvisionedThroughputSettings: { ReadCapacityUnits: 5 } },
      ],
    },
  ],
  WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: { MaxCapacity: 10, MinCapacity: 1 } },
};

function create(db: DynamoDbUnderTest, resource: Resource): Promise<Physical> | Physical {
  const type = db.dynamodb.resourceTypes.find((known) => known.type === resource.type);
  if (!type) throw new Error(`no type ${resource.type}`);
  expect(findUnknownProperty(resource.properties, type.properties)).toBeUndefined();
  return type.create(resource);
}

describe('tables', () => {
  let db: DynamoDbUnderTest;

  beforeAll(async () => {
    db = await startDynamoDb();
  });
  afterAll(() => db.stop());

  test.each([
    ['AWS::DynamoDB::Table', TABLE],
    ['AWS::DynamoDB::GlobalTable', GLOBAL_TABLE],
  ])('are created from a template (%s) with everything it says', async (type, properties) => {
    const name = type.replaceAll('::', '-');
    const created = await create(db, resourceOf(type, { ...properties, TableName: name }));

    const arn = ARN_PREFIX + name;
    const { Table } = await db.client.send(new DescribeTableCommand({ TableName: name }));
    expect(created).toEqual({
      ref: name,
      attributes: { Arn: arn, TableId: Table?.TableId, StreamArn: Table?.LatestStreamArn },
    });
    expect(Table).toMatchObject({
      TableArn: arn,
      TableId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      DeletionProtectionEnabled: true,
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
      GlobalSecondaryIndexes: [{ IndexName: 'byCustomer', IndexArn: `${arn}/index/byCustomer` }],
    });
    const expiry = await db.client.send(new DescribeTimeToLiveCommand({ TableName: name }));
    expect(expiry.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
    const tags = await db.client.send(new ListTagsOfResourceCommand({ ResourceArn: arn }));
    expect(tags.Tags).toEqual([{ Key: 'team', Value: 'shop' }]);
    const backups = await db.client.send(new DescribeContinuousBackupsCommand({ TableName: name }));
    expect(backups.ContinuousBackupsDescription).toMatchObject({
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 35 },
    });
  });

  test.each([
    ['AWS::DynamoDB::Table', { ...KEY, ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } }],
    ['AWS::DynamoDB::GlobalTable', PROVISIONED_GLOBAL_TABLE],
  ])('are created with provisioned capacity and a generated name (%s)', async (type, properties) => {
    const created = await create(db, resourceOf(type, properties, type.replaceAll('::', '')));

    expect(created.ref).toMatch(/^Shop-AWSDynamoDB\w*Table-1A2B3C4D5E6F$/);
    expect(created.attributes).not.toHaveProperty('StreamArn');
  });

  test.each([
    ['no replica', []],
    ['a replica elsewhere', [{ Region: 'us-east-1' }]],
    ['two replicas', [{ Region: 'eu-central-1' }, { Region: 'us-east-1' }]],
  ])('are refused from a template with %s', async (_case, Replicas) => {
    const resource = resourceOf('AWS::DynamoDB::GlobalTable', { ...KEY, BillingMode: 'PAY_PER_REQUEST', Replicas });

    await expect(async () => create(db, resource)).rejects.toThrow(/^Shop\/Orders .*Replicas must be one/);
  });

  test.each([
    ['AWS::DynamoDB::Table', { ResourcePolicy: {} }, 'ResourcePolicy'],
    ['AWS::DynamoDB::Table', { KinesisStreamSpecification: {} }, 'KinesisStreamSpecification'],
    ['AWS::DynamoDB::GlobalTable', { Replicas: [{ ResourcePolicy: {} }] }, 'Replicas[0].ResourcePolicy'],
    ['AWS::DynamoDB::GlobalTable', { MultiRegionConsistency: 'STRONG' }, 'MultiRegionConsistency'],
  ])('do not know every property (%s %j)', (type, properties, unknown) => {
    const known = db.dynamodb.resourceTypes.find((each) => each.type === type);
    expect(findUnknownProperty(properties, known?.properties ?? {})).toBe(unknown);
  });

  test('are created, changed and deleted by the API, with what DynamoDB Local leaves out', async () => {
    const TableName = 'by-api';
    const created = await db.client.send(
      new CreateTableCommand({
        TableName,
        ...KEY,
        BillingMode: 'PAY_PER_REQUEST',
        TableClass: 'STANDARD',
        OnDemandThroughput: { MaxReadRequestUnits: 1 },
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    );
    expect(created.TableDescription).toMatchObject({
      TableArn: ARN_PREFIX + TableName,
      TableClassSummary: { TableClass: 'STANDARD' },
    });

    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' as const };
    const updated = await db.client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
    await db.documents.send(new PutCommand({ TableName, Item: { pk: 'a' } }));
    expect(db.written).toContain(updated.TableDescription?.LatestStreamArn);

    const reclassed = await db.client.send(
      new UpdateTableCommand({ TableName, TableClass: 'STANDARD_INFREQUENT_ACCESS' }),
    );
    expect(reclassed.TableDescription?.TableClassSummary?.TableClass).toBe('STANDARD_INFREQUENT_ACCESS');

    await db.client.send(new DeleteTableCommand({ TableName }));
    await expect(db.client.send(new DescribeTableCommand({ TableName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(db.client.send(new DescribeTimeToLiveCommand({ TableName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: by-api not found',
    });
  });

  test('have tags, time to live and point-in-time recovery that can be changed', async () => {
    const TableName = 'settings';
    const ResourceArn = ARN_PREFIX + TableName;
    await db.client.send(new CreateTableCommand({ TableName, ...KEY, BillingMode: 'PAY_PER_REQUEST' }));

    const Tags = ['a', 'b'].map((Key) => ({ Key, Value: '1' }));
    await db.client.send(new TagResourceCommand({ ResourceArn, Tags }));
    await db.client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }));
    const tags = await db.client.send(new ListTagsOfResourceCommand({ ResourceArn }));
    expect(tags.Tags).toEqual([{ Key: 'b', Value: '1' }]);

    const recover = new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
    });
    expect((await db.client.send(recover)).ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 7,
      LatestRestorableDateTime: expect.any(Date),
    });

    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expiresAt' };
    const expire = new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification });
    expect((await db.client.send(expire)).TimeToLiveSpecification).toEqual(TimeToLiveSpecification);
    await expect(db.client.send(expire)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'TimeToLive is already enabled',
    });
  });

  test('that do not exist have no backups', async () => {
    await expect(db.client.send(new DescribeContinuousBackupsCommand({ TableName: 'nowhere' }))).rejects.toMatchObject({
      name: 'TableNotFoundException',
      message: 'Table not found: nowhere',
    });
  });
});

describe('tables in a data directory', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bazaar-dynamodb-'));
  afterAll(() => rmSync(dataDir, { recursive: true }));

  test('keep their items, settings and identity over a restart, and refuse to become other tables', async () => {
    const resource = resourceOf('AWS::DynamoDB::Table', TABLE);
    const before = await startDynamoDb({ dataDir });
    const first = await create(before, resource);
    await before.documents.send(new PutCommand({ TableName: first.ref, Item: { pk: 'kept' } }));
    await before.stop();

    const after = await startDynamoDb({ dataDir });
    try {
      expect(await create(after, resource)).toEqual(first);
      const read = await after.documents.send(new GetCommand({ TableName: first.ref, Key: { pk: 'kept' } }));
      expect(read.Item).toEqual({ pk: 'kept' });

      const changed = resourceOf('AWS::DynamoDB::Table', { ...TABLE, GlobalSecondaryIndexes: undefined });
      await expect(async () => create(after, changed)).rejects.toThrow(/GlobalSecondaryIndexes is not what it was/);
    } finally {
      await after.stop();
    }
  });
});
