import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { requiredEnv } from '../config.ts';
import { traced } from './traced-client.ts';

/** The client that every `*-table.ts` shares; one per execution environment. */
export const documents = DynamoDBDocumentClient.from(traced(new DynamoDBClient({ maxAttempts: 4 })), {
  marshallOptions: { removeUndefinedValues: true },
});

/** The service's own table. */
export function tableName(): string {
  return requiredEnv('TABLE_NAME');
}

/** Waits for a conditional write. Resolves to whether the condition held; else nothing was written. */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/** The row as it is now, also right after a write. */
export async function readRow<Row>(Key: { pk: string }): Promise<Row | undefined> {
  const { Item } = await documents.send(new GetCommand({ TableName: tableName(), Key, ConsistentRead: true }));
  return Item as Row | undefined;
}

/** A row that is always written whole. */
export interface RevisedRow {
  pk: string;
  /** How often the row has been written. */
  revision: number;
}

/** Writes a row, or its next revision, unless somebody else was first. Resolves to whether it was written. */
export function putRevision<Row extends RevisedRow>(row: Row): Promise<boolean> {
  return conditionHeld(documents.send(new PutCommand(revisionPut(row))));
}

/** The write of {@link putRevision}, to be made together with others. */
export function revisionPut<Row extends RevisedRow>(Item: Row) {
  const condition =
    Item.revision === 1
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'revision = :before',
          ExpressionAttributeValues: { ':before': Item.revision - 1 },
        };
  return { TableName: tableName(), Item, ...condition };
}

/** Writes a row unless there is one. Resolves to whether it was written. */
export function putNew<Row extends { pk: string }>(Item: Row): Promise<boolean> {
  const put = { TableName: tableName(), Item, ConditionExpression: 'attribute_not_exists(pk)' };
  return conditionHeld(documents.send(new PutCommand(put)));
}

interface PageQuery {
  index: string;
  /** Attribute and value that the rows have in common: the partition of the index. */
  partition: [string, string];
  newestFirst?: boolean;
  limit: number;
  /** Key and sort key of the row that the page comes after. */
  after?: Record<string, string>;
}

/** A page of an index. `last`: where the next page goes on, if there may be one. */
export async function queryPage<Row>(query: PageQuery): Promise<{ rows: Row[]; last?: Row }> {
  const [attribute, value] = query.partition;
  const { Items = [], LastEvaluatedKey } = await documents.send(
    new QueryCommand({
      TableName: tableName(),
      IndexName: query.index,
      KeyConditionExpression: '#partition = :value',
      ExpressionAttributeNames: { '#partition': attribute },
      ExpressionAttributeValues: { ':value': value },
      ScanIndexForward: !query.newestFirst,
      Limit: query.limit,
      ExclusiveStartKey: query.after && { ...query.after, [attribute]: value },
    }),
  );
  const rows = Items as Row[];
  return { rows, last: LastEvaluatedKey && rows.at(-1) };
}

/** Whether a conditional write was refused because the row was not as the condition says. */
export function isConditionFailure(error: unknown): error is ConditionalCheckFailedException {
  return error instanceof ConditionalCheckFailedException;
}

/** The row that made a conditional write fail, when the write asked for it (`ALL_OLD`). */
export function rowOfFailure<Row>(failure: ConditionalCheckFailedException): Row | undefined {
  return failure.Item && (unmarshall(failure.Item) as Row);
}
