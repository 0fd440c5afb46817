import { AwsError } from '../core/aws-error.ts';

/** The parts of DynamoDB's shapes that are read here; everything else passes through unread. */

export type Attributes = Record<string, Record<string, unknown>>;

interface OnTable {
  TableName: string;
}

export interface TransactItem {
  Get?: OnTable;
  Put?: OnTable;
  Update?: OnTable;
  Delete?: OnTable;
  ConditionCheck?: OnTable;
}

export interface Input {
  TableName?: string;
  IndexName?: string;
  RequestItems?: Record<string, unknown>;
  TransactItems?: TransactItem[];
  ResourceArn?: string;
  StreamArn?: string;
  ExclusiveStartStreamArn?: string;
  ShardIterator?: string;
  [field: string]: unknown;
}

export interface Tag {
  Key: string;
  Value: string;
}

export interface TableDescription {
  TableName: string;
  TableArn: string;
  TableId?: string;
  CreationDateTime: number;
  KeySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: { IndexName: string }[];
  LocalSecondaryIndexes?: { IndexName: string }[];
  StreamSpecification?: { StreamEnabled: boolean; StreamViewType?: string };
  LatestStreamArn?: string;
  TableClassSummary?: { TableClass: string };
}

/** The items of a transaction; what is not one is left for the engine to refuse. */
export function transactItems({ TransactItems }: Input): TransactItem[] {
  return Array.isArray(TransactItems) ? TransactItems.filter((item) => typeof item === 'object' && item !== null) : [];
}

/** A required field, or AWS's words for its absence. */
export function required(input: Input, field: string): string {
  const value = input[field];
  if (typeof value === 'string' && value !== '') return value;
  const member = field.charAt(0).toLowerCase() + field.slice(1);
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}
