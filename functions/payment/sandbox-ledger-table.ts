import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Money } from '#events/money.ts';
import { documents, isConditionFailure, rowOfFailure } from '#lib/runtime/aws/table.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { newId } from '#lib/runtime/ids.ts';
import type { ChargeResult, RefundResult } from './payment-provider.ts';

/** One line of the ledger: what was done under one idempotency key. */
interface LedgerEntry {
  status?: 'charged' | 'declined' | 'refunded' | 'void';
  charge_id?: string;
  amount?: Money;
  attempts?: number;
}

/** Charges once per key. After a refund or a void of the key it charges no more. */
export async function recordCharge(key: string, amount: Money): Promise<ChargeResult> {
  return asChargeResult(await recordOnce(key, { status: 'charged', charge_id: newId(), amount }));
}

export async function recordDecline(key: string, amount: Money): Promise<ChargeResult> {
  return asChargeResult(await recordOnce(key, { status: 'declined', amount }));
}

/** Counts a request that came to nothing; resolves to how many there have been. */
export async function countAttempt(key: string): Promise<number> {
  const { Attributes } = await documents.send(
    new UpdateCommand({
      ...ledgerKey(key),
      UpdateExpression: 'ADD attempts :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return (Attributes as LedgerEntry).attempts ?? 1;
}

/** Gives the charge back, once; where there is none, leaves a void so that a late charge is refused. */
export async function recordRefund(key: string): Promise<RefundResult> {
  const entry = await recordOnce(key, { status: 'void' });
  if (entry.status === 'refunded') return { outcome: 'refunded' };
  if (entry.status !== 'charged') return { outcome: 'nothing_charged' };
  await documents.send(
    new UpdateCommand({
      ...ledgerKey(key),
      UpdateExpression: 'SET #status = :refunded',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':refunded': 'refunded' },
    }),
  );
  return { outcome: 'refunded' };
}

/** Writes the first entry under a key; resolves to the entry that stands, this one or an earlier one. */
async function recordOnce(key: string, entry: LedgerEntry): Promise<LedgerEntry> {
  try {
    await documents.send(
      new UpdateCommand({
        ...ledgerKey(key),
        UpdateExpression: 'SET #status = :status, charge_id = :charge, amount = :amount',
        ConditionExpression: 'attribute_not_exists(#status)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':status': entry.status,
          ':charge': entry.charge_id ?? null,
          ':amount': entry.amount ?? null,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return entry;
  } catch (error) {
    if (isConditionFailure(error)) return rowOfFailure<LedgerEntry>(error) ?? entry;
    throw error;
  }
}

function asChargeResult(entry: LedgerEntry): ChargeResult {
  if (entry.status === 'charged') return { outcome: 'approved', charge_id: entry.charge_id ?? '' };
  return { outcome: 'declined', reason: 'payment_declined' };
}

function ledgerKey(key: string) {
  return { TableName: requiredEnv('SANDBOX_LEDGER_NAME'), Key: { pk: `CHARGE#${key}` } };
}
