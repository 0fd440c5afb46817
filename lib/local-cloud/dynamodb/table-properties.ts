import type { PropertyShape } from '../core/service.ts';

const NO_LIMITS = 'throughput is neither measured nor limited here';
const NO_INSIGHTS = 'there is no CloudWatch Contributor Insights here';
const NO_ENCRYPTION = 'tables of the embedded cloud are not encrypted at rest';
const NO_BACKUPS = 'nothing is backed up here';

const KEY_SCHEMA: PropertyShape = { AttributeName: true, KeyType: true };
const INDEX: PropertyShape = {
  IndexName: true,
  KeySchema: KEY_SCHEMA,
  Projection: { ProjectionType: true, NonKeyAttributes: true },
};
const CAPACITY: PropertyShape = { ReadCapacityUnits: true, WriteCapacityUnits: true };
const INSIGHTS: PropertyShape = { Enabled: NO_INSIGHTS, Mode: NO_INSIGHTS };
const RECOVERY: PropertyShape = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: NO_BACKUPS };
const TAGS: PropertyShape = { Key: true, Value: true };
const TIME_TO_LIVE: PropertyShape = { AttributeName: true, Enabled: true };

/** What both ways of declaring a table share. */
const EITHER: PropertyShape = {
  TableName: true,
  KeySchema: KEY_SCHEMA,
  AttributeDefinitions: { AttributeName: true, AttributeType: true },
  BillingMode: true,
  LocalSecondaryIndexes: INDEX,
  StreamSpecification: { StreamViewType: true },
  TimeToLiveSpecification: TIME_TO_LIVE,
  WarmThroughput: NO_LIMITS,
};

/** `AWS::DynamoDB::Table`. */
export const TABLE_PROPERTIES: PropertyShape = {
  ...EITHER,
  GlobalSecondaryIndexes: {
    ...INDEX,
    ProvisionedThroughput: CAPACITY,
    OnDemandThroughput: NO_LIMITS,
    WarmThroughput: NO_LIMITS,
    ContributorInsightsSpecification: INSIGHTS,
  },
  ProvisionedThroughput: CAPACITY,
  OnDemandThroughput: NO_LIMITS,
  SSESpecification: { SSEEnabled: NO_ENCRYPTION, SSEType: NO_ENCRYPTION, KMSMasterKeyId: NO_ENCRYPTION },
  TableClass: true,
  DeletionProtectionEnabled: true,
  PointInTimeRecoverySpecification: RECOVERY,
  ContributorInsightsSpecification: INSIGHTS,
  Tags: TAGS,
};

/** `AWS::DynamoDB::GlobalTable` with one replica, in the region of the stack. */
export const GLOBAL_TABLE_PROPERTIES: PropertyShape = {
  ...EITHER,
  GlobalSecondaryIndexes: {
    ...INDEX,
    WriteProvisionedThroughputSettings: NO_LIMITS,
    WriteOnDemandThroughputSettings: NO_LIMITS,
    ReadProvisionedThroughputSettings: NO_LIMITS,
    ReadOnDemandThroughputSettings: NO_LIMITS,
    WarmThroughput: NO_LIMITS,
  },
  WriteProvisionedThroughputSettings: NO_LIMITS,
  WriteOnDemandThroughputSettings: NO_LIMITS,
  ReadProvisionedThroughputSettings: NO_LIMITS,
  ReadOnDemandThroughputSettings: NO_LIMITS,
  SSESpecification: { SSEEnabled: NO_ENCRYPTION, SSEType: NO_ENCRYPTION },
  Replicas: {
    Region: true,
    PointInTimeRecoverySpecification: RECOVERY,
    TableClass: true,
    DeletionProtectionEnabled: true,
    Tags: TAGS,
    ContributorInsightsSpecification: INSIGHTS,
    SSESpecification: { KMSMasterKeyId: NO_ENCRYPTION },
    ReadProvisionedThroughputSettings: NO_LIMITS,
    ReadOnDemandThroughputSettings: NO_LIMITS,
    GlobalSecondaryIndexes: {
      IndexName: true,
      ContributorInsightsSpecification: INSIGHTS,
      ReadProvisionedThroughputSettings: NO_LIMITS,
      ReadOnDemandThroughputSettings: NO_LIMITS,
    },
  },
};
