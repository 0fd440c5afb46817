import { UnsupportedError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Physical, Resource, ResourceType } from '../core/service.ts';
import type { Dispatch } from './dispatcher.ts';
import { outputOf } from './replies.ts';
import type { Input, TableDescription, Tag } from './shapes.ts';
import { GLOBAL_TABLE_PROPERTIES, TABLE_PROPERTIES } from './table-properties.ts';
import type { TableRegistry } from './table-registry.ts';
import { setRecovery } from './table-settings.ts';

export interface TableResourceParts {
  clock: Clock;
  region: string;
  tables: TableRegistry;
  dispatch: Dispatch;
}

type Properties = Resource['properties'];

const LONGEST_NAME = 255;
// GlobalTable leaves capacity to auto scaling; DynamoDB Local wants a figure and does not use it.
const ANY_CAPACITY = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };

/** `AWS::DynamoDB::Table` and `AWS::DynamoDB::GlobalTable` (what CDK's `Table` and `TableV2` become). */
export function createTableResources(parts: TableResourceParts): ResourceType[] {
  return [
    {
      type: 'AWS::DynamoDB::Table',
      properties: TABLE_PROPERTIES,
      create: (resource) => createTable(resource, resource.properties, parts),
    },
    {
      type: 'AWS::DynamoDB::GlobalTable',
      properties: GLOBAL_TABLE_PROPERTIES,
      create: (resource) => createTable(resource, singleTable(resource, parts.region), parts),
    },
  ];
}

/** The same table in the words of `AWS::DynamoDB::Table`: what a global table says per replica belongs to its one. */
function singleTable(resource: Resource, region: string): Properties {
  const { Replicas: replicas = [], ...shared } = resource.properties;
  const [replica] = replicas;
  if (replicas.length !== 1 || replica.Region !== region) {
    const regions = replicas.map((each: Properties) => each.Region).join(', ') || 'none';
    throw new UnsupportedError(
      `${nameOf(resource)}: the embedded cloud has one region, so Replicas must be one in ${region}, not ${regions}.`,
    );
  }
  const { PointInTimeRecoverySpecification, TableClass, DeletionProtectionEnabled, Tags } = replica;
  const provisioned = shared.BillingMode !== 'PAY_PER_REQUEST';
  const indexes = shared.GlobalSecondaryIndexes?.map((index: Properties) => ({
    ...index,
    ...(provisioned && { ProvisionedThroughput: ANY_CAPACITY }),
  }));
  return {
    ...shared,
    ...(provisioned && { ProvisionedThroughput: ANY_CAPACITY }),
    GlobalSecondaryIndexes: indexes,
    PointInTimeRecoverySpecification,
    TableClass,
    DeletionProtectionEnabled,
    Tags,
  };
}

async function createTable(resource: Resource, properties: Properties, parts: TableResourceParts): Promise<Physical> {
  const wanted = createInput(properties, properties.TableName ?? resource.generatedName(LONGEST_NAME));
  const existing = await describe(wanted, parts);
  if (existing) refuseChanges(resource, existing, wanted);
  else await call(parts, 'CreateTable', wanted);
  const table = (await describe(wanted, parts)) as TableDescription;
  configure(table.TableName, properties, parts);
  return {
    ref: table.TableName,
    attributes: {
      Arn: table.TableArn,
      TableId: table.TableId,
      ...(table.LatestStreamArn && { StreamArn: table.LatestStreamArn }),
    },
  };
}

function createInput(properties: Properties, name: string): Input & { TableName: string } {
  const { StreamSpecification: stream } = properties;
  const input = {
    TableName: name,
    KeySchema: properties.KeySchema,
    AttributeDefinitions: properties.AttributeDefinitions,
    BillingMode: properties.BillingMode ?? 'PROVISIONED',
    ProvisionedThroughput: properties.ProvisionedThroughput,
    GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map(createIndex),
    LocalSecondaryIndexes: properties.LocalSecondaryIndexes?.map(createIndex),
    StreamSpecification: stream && { StreamEnabled: true, StreamViewType: stream.StreamViewType },
    DeletionProtectionEnabled: isTrue(properties.DeletionProtectionEnabled),
    TableClass: properties.TableClass,
    Tags: properties.Tags,
  };
  return JSON.parse(JSON.stringify(input));
}

function createIndex({ IndexName, KeySchema, Projection, ProvisionedThroughput }: Properties): Properties {
  return { IndexName, KeySchema, Projection, ProvisionedThroughput };
}

/** What is not part of CreateTable. It is set at every start: the database file does not keep it. */
function configure(name: string, properties: Properties, { tables, clock }: TableResourceParts): void {
  const state = tables.get(name);
  const { TimeToLiveSpecification: expiry, PointInTimeRecoverySpecification: recovery } = properties;
  state.ttlAttribute = expiry && isTrue(expiry.Enabled) ? expiry.AttributeName : undefined;
  setRecovery(state, { ...recovery, PointInTimeRecoveryEnabled: isTrue(recovery?.PointInTimeRecoveryEnabled) }, clock);
  state.tableClass = properties.TableClass;
  for (const tag of (properties.Tags ?? []) as Tag[]) state.tags.set(tag.Key, tag.Value);
}

/** A table of an earlier start is kept with its data, as long as it is the one that the template asks for. */
function refuseChanges(resource: Resource, existing: TableDescription, wanted: Input): void {
  const before = comparable(existing);
  const after = comparable(wanted);
  const changed = Object.keys(before).find((field) => before[field] !== after[field]);
  if (!changed) return;
  throw new UnsupportedError(
    `${nameOf(resource)}: ${changed} is not what it was when the table ${existing.TableName} was created, and the ` +
      'embedded cloud does not change tables that it keeps. Delete the data directory, or undo the change.',
  );
}

function comparable(table: TableDescription | Input): Record<string, string> {
  const { KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, StreamSpecification } = table as TableDescription;
  const names = (indexes: { IndexName: string }[] = []) => indexes.map((index) => index.IndexName).sort();
  return {
    KeySchema: KeySchema.map((key) => `${key.AttributeName} ${key.KeyType}`).join(', '),
    GlobalSecondaryIndexes: names(GlobalSecondaryIndexes).join(', '),
    LocalSecondaryIndexes: names(LocalSecondaryIndexes).join(', '),
    StreamSpecification: StreamSpecification?.StreamViewType ?? 'none',
  };
}

async function describe(input: Input, parts: TableResourceParts): Promise<TableDescription | undefined> {
  const reply = await parts.dispatch({ action: 'DescribeTable', input: { TableName: input.TableName } });
  if (reply.status === 400 && reply.body.includes('ResourceNotFoundException')) return undefined;
  return (outputOf(reply) as { Table: TableDescription }).Table;
}

async function call(parts: TableResourceParts, action: string, input: Input): Promise<void> {
  outputOf(await parts.dispatch({ action, input }));
}

/** CloudFormation accepts booleans as strings too. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function nameOf(resource: Resource): string {
  return `${resource.stackName}/${resource.logicalId} (${resource.type})`;
}
