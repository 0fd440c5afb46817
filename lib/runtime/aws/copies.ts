import { BatchGetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { conditionHeld, documents, tableName } from './table.ts';

/**
 * Keeps, in the service's own table, a copy of what another service owns, as an event tells it. An event that is older
 * than the copy, or comes a second time, changes nothing.
 * @param sourceVersion `aggregate_version` of the event
 */
export async function keepCopy(pk: string, copy: object, sourceVersion: number): Promise<void> {
  const put = {
    TableName: tableName(),
    Item: { pk, ...copy, source_version: sourceVersion },
    ConditionExpression: 'attribute_not_exists(pk) OR source_version < :version',
    ExpressionAttributeValues: { ':version': sourceVersion },
  };
  await conditionHeld(documents.send(new PutCommand(put)));
}

/** DynamoDB refuses to look for longer keys. */
const LONGEST_KEY_BYTES = 2_048;

/** Those of the copies that there are, in any order. At most 100, by DynamoDB. */
export async function readCopies<Copy>(pks: string[]): Promise<Copy[]> {
  const possible = pks.filter((pk) => Buffer.byteLength(pk) <= LONGEST_KEY_BYTES);
  const Keys = [...new Set(possible)].map((pk) => ({ pk }));
  if (Keys.length === 0) return [];
  const { Responses, UnprocessedKeys } = await documents.send(
    new BatchGetCommand({ RequestItems: { [tableName()]: { Keys, ConsistentRead: true } } }),
  );
  if (Object.keys(UnprocessedKeys ?? {}).length > 0) throw new Error('DynamoDB did not read all copies: try again.');
  return (Responses?.[tableName()] ?? []) as Copy[];
}
