import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '#lib/runtime/aws/table.ts';

/** DynamoDB reads at most so many rows a call. */
const LARGEST_BATCH = 100;

interface Key {
  pk: string;
  sk: string;
}

/** Those of the rows that there are, in any order. */
export async function readRows<Row>(keys: Key[]): Promise<Row[]> {
  const rows: Row[] = [];
  let left = keys;
  while (left.length > 0) {
    const [batch, rest] = [left.slice(0, LARGEST_BATCH), left.slice(LARGEST_BATCH)];
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { [tableName()]: { Keys: batch, ConsistentRead: true } } }),
    );
    rows.push(...((Responses?.[tableName()] ?? []) as Row[]));
    left = [...((UnprocessedKeys?.[tableName()]?.Keys ?? []) as Key[]), ...rest];
  }
  return rows;
}
