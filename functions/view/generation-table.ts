import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '#lib/runtime/aws/table.ts';
import { FIRST_GENERATION, GENERATIONS_KEY, type Generations } from './generation.ts';

/** Read for each event and each request: what a rebuild decides holds at once. */
export async function readGenerations(): Promise<Generations> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName(), Key: GENERATIONS_KEY, ConsistentRead: true }),
  );
  return (Item as Generations | undefined) ?? { live: FIRST_GENERATION };
}
