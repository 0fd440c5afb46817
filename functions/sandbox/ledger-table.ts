import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, isConditionFailure, rowOfFailure, tableName } from '#lib/runtime/aws/table.ts';
import { type Entry, ignoresVoid, refunded } from './ledger.ts';

const ledgerKey = (key: string) => ({ pk: `CHARGE#${key}` });
const withoutKeys = ({ pk: _pk, ...entry }: Entry & { pk: string }) => entry as Entry;

/** Writes the first entry under its key; resolves to the entry that stands, this one or an earlier one. */
export function recordCharge(entry: Entry): Promise<Entry> {
  return write(entry, ignoresVoid(entry.payment_method ?? '') ? ['void'] : []);
}

/** Gives the charge back, once; where there is none, leaves a void so that a late charge is refused. */
export async function recordRefund(key: string, now: Date): Promise<Entry> {
  const standing = await write({ key, status: 'void' });
  if (standing.status !== 'charged') return standing;
  return write(refunded(standing, now), ['charged']);
}

export async function readEntry(key: string): Promise<Entry | undefined> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName(), Key: ledgerKey(key), ConsistentRead: true }),
  );
  return Item?.status && withoutKeys(Item as Entry & { pk: string });
}

/** Counts a request that came to nothing; resolves to how many there have been. */
export async function countAttempt(key: string): Promise<number> {
  const { Attributes } = await documents.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: ledgerKey(key),
      UpdateExpression: 'ADD attempts :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Attributes?.attempts ?? 1;
}

/** Writes the entry where there is none, or one with one of these states; resolves to the entry that stands. */
async function write(entry: Entry, over: Entry['status'][] = []): Promise<Entry> {
  const states = Object.fromEntries(over.map((status, index) => [`:s${index}`, status]));
  const conditions = ['attribute_not_exists(#status)', ...Object.keys(states).map((name) => `#status = ${name}`)];
  try {
    await documents.send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...ledgerKey(entry.key), ...entry },
        ConditionExpression: conditions.join(' OR '),
        ExpressionAttributeNames: { '#status': 'status' },
        ...(over.length > 0 && { ExpressionAttributeValues: states }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return entry;
  } catch (error) {
    const standing = isConditionFailure(error) && rowOfFailure<Entry & { pk: string }>(error);
    if (!standing) throw error;
    return withoutKeys(standing);
  }
}
