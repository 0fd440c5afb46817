import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, isConditionFailure, rowOfFailure, tableName } from '../aws/table.ts';
import type { BucketStore, Taking } from './rate-limiter.ts';
import { type FullAtUs, intervalUs, WINDOW_US } from './token-bucket.ts';

interface BucketRow {
  full_at_us: FullAtUs;
}

/** A row outlives its bucket by this; then DynamoDB deletes it. */
const KEPT_SECONDS = 120;

const bucketKey = (key: string) => ({ pk: `LIMIT#${key}` });

/** What became of an update; the row as it stands when it was refused, `undefined` where there is none. */
type Updated = { isTaken: true; fullAtUs: FullAtUs } | { isTaken: false; row: BucketRow | undefined };

/**
 * The buckets in the service's own table. A taking is one conditional update, whatever others do at the same time: of a
 * bucket that is being used the time is put off, of a full one it is set.
 */
export const bucketTable: BucketStore = {
  async take(taking) {
    const updates = taking.isInUse ? [putOff, start] : [start, putOff];
    let fullAtUs: FullAtUs = taking.nowUs;
    for (const update of updates) {
      const updated = await update(taking);
      if (updated.isTaken) return updated;
      fullAtUs = updated.row?.full_at_us ?? fullAtUs;
      // The other way would be refused too: too much is asked of a bucket that is being used.
      if (update === putOff && fullAtUs > taking.nowUs) break;
    }
    return { isTaken: false, fullAtUs };
  },
};

function putOff({ tokens, limit, nowUs, key }: Taking): Promise<Updated> {
  const cost = tokens * intervalUs(limit);
  return update(key, {
    UpdateExpression: 'SET full_at_us = full_at_us + :cost, expires_at_seconds = :expires',
    ConditionExpression: 'full_at_us BETWEEN :now AND :highest',
    ExpressionAttributeValues: { ':cost': cost, ':now': nowUs, ':highest': nowUs + WINDOW_US - cost, ...expiry(nowUs) },
  });
}

function start({ tokens, limit, nowUs, key }: Taking): Promise<Updated> {
  return update(key, {
    UpdateExpression: 'SET full_at_us = :full, expires_at_seconds = :expires',
    ConditionExpression: 'attribute_not_exists(pk) OR full_at_us < :now',
    ExpressionAttributeValues: { ':full': nowUs + tokens * intervalUs(limit), ':now': nowUs, ...expiry(nowUs) },
  });
}

function expiry(nowUs: number) {
  return { ':expires': Math.ceil((nowUs + WINDOW_US) / 1_000_000) + KEPT_SECONDS };
}

interface BucketUpdate {
  UpdateExpression: string;
  ConditionExpression: string;
  ExpressionAttributeValues: Record<string, number>;
}

async function update(key: string, expressions: BucketUpdate): Promise<Updated> {
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: bucketKey(key),
        ...expressions,
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { isTaken: true, fullAtUs: (Attributes as BucketRow).full_at_us };
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return { isTaken: false, row: rowOfFailure<BucketRow>(error) };
  }
}
