import { AwsError } from '../core/aws-error.ts';
import type { ConditionKeys } from '../core/service.ts';
import { type Arns, streamOfIterator } from './arns.ts';
import { type Input, required, type TransactItem, transactItems } from './shapes.ts';

/** One thing that IAM has to allow before a request is carried out. */
export interface Access {
  action: string;
  resource: string;
  conditionKeys?: ConditionKeys;
}

type AccessRule = (input: Input, arns: Arns) => string[];

const onTable: AccessRule = (input, arns) => [arnOf(required(input, 'TableName'), arns)];
const onTableOrIndex: AccessRule = (input, arns) => {
  const table = arns.tableName(required(input, 'TableName'));
  return [input.IndexName ? arns.index(table, input.IndexName) : arns.table(table)];
};
const onEachTable: AccessRule = (input, arns) => Object.keys(input.RequestItems ?? {}).map((name) => arnOf(name, arns));
const onResource: AccessRule = (input) => [required(input, 'ResourceArn')];
const onStream: AccessRule = (input) => [required(input, 'StreamArn')];
const onIterator: AccessRule = (input) => [streamOfIterator(required(input, 'ShardIterator'))];
const onAnything: AccessRule = () => ['*'];

/** What each action touches. `TransactGetItems` and `TransactWriteItems` are checked item by item instead. */
const RULES: Record<string, AccessRule> = {
  GetItem: onTable,
  PutItem: onTable,
  UpdateItem: onTable,
  DeleteItem: onTable,
  Query: onTableOrIndex,
  Scan: onTableOrIndex,
  BatchGetItem: onEachTable,
  BatchWriteItem: onEachTable,
  CreateTable: onTable,
  DescribeTable: onTable,
  UpdateTable: onTable,
  DeleteTable: onTable,
  ListTables: onAnything,
  DescribeLimits: onAnything,
  DescribeTimeToLive: onTable,
  UpdateTimeToLive: onTable,
  DescribeContinuousBackups: onTable,
  UpdateContinuousBackups: onTable,
  TagResource: onResource,
  UntagResource: onResource,
  ListTagsOfResource: onResource,
  ListStreams: onAnything,
  DescribeStream: onStream,
  GetShardIterator: onStream,
  GetRecords: onIterator,
};

/** There is no IAM action for a transaction: each of its items needs the action of the single request. */
const TRANSACTION_ACTIONS: [keyof TransactItem, string][] = [
  ['Get', 'dynamodb:GetItem'],
  ['Put', 'dynamodb:PutItem'],
  ['Update', 'dynamodb:UpdateItem'],
  ['Delete', 'dynamodb:DeleteItem'],
  ['ConditionCheck', 'dynamodb:ConditionCheckItem'],
];
const TRANSACTIONS = ['TransactGetItems', 'TransactWriteItems'];
const PARTIQL = ['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'];

export const TABLE_ACTIONS = [...Object.keys(RULES).filter((action) => !isStreamAction(action)), ...TRANSACTIONS];
export const STREAM_ACTIONS = Object.keys(RULES).filter(isStreamAction);

function isStreamAction(action: string): boolean {
  return action === 'GetRecords' || action === 'GetShardIterator' || /^(Describe|List)Streams?$/.test(action);
}

/** Everything that IAM has to allow for a request; throws when there is no such action here. */
export function accessesOf(action: string, input: Input, arns: Arns): Access[] {
  if (isTransaction(action)) return transactionAccesses(action, input, arns);
  const rule = RULES[action];
  if (!rule) throw unknownAction(action);
  return rule(input, arns).map((resource) => ({ action: `dynamodb:${action}`, resource }));
}

/** A transaction asks for the permissions of its items, and of each kind once. */
export function isTransaction(action: string): boolean {
  return TRANSACTIONS.includes(action);
}

function transactionAccesses(transaction: string, input: Input, arns: Arns): Access[] {
  const conditionKeys = { 'dynamodb:EnclosingOperation': transaction };
  const accesses = new Map<string, Access>();
  for (const item of transactItems(input)) {
    for (const [kind, permission] of TRANSACTION_ACTIONS) {
      const name = item[kind]?.TableName;
      if (typeof name === 'string')
        accesses.set(`${permission} ${name}`, { action: permission, resource: arnOf(name, arns), conditionKeys });
    }
  }
  return [...accesses.values()];
}

function arnOf(nameOrArn: string, arns: Arns): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : arns.table(nameOrArn);
}

function unknownAction(action: string): AwsError {
  const why = PARTIQL.includes(action)
    ? `PartiQL (${action}) is not supported by the embedded cloud: use the item actions.`
    : `An unknown operation was requested: ${action}.`;
  return new AwsError('UnknownOperationException', why);
}
