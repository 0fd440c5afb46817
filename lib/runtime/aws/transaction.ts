import { setTimeout as wait } from 'node:timers/promises';
import { TransactionCanceledException, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { Busy } from '../errors.ts';
import { documents } from './table.ts';

export type TransactWrite = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Tries before the caller is told to come back. */
const ATTEMPTS = 6;
/** Longest pause before the second try, ms; it doubles with each further one. The real pause is random below it. */
const FIRST_PAUSE_MS = 40;

const TRANSIENT = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

/**
 * Writes all rows or none. Resolves to the label of the first row whose condition did not hold, `undefined` when all
 * are written. DynamoDB cancels one of two transactions that meet at a row, without telling which condition would have
 * held: that one is tried again, a few times, then {@link Busy} is thrown.
 */
export async function writeTogether<Label extends string>(
  writes: Partial<Record<Label, TransactWrite>>,
): Promise<Label | undefined> {
  const labels = (Object.keys(writes) as Label[]).filter((label) => writes[label]);
  const TransactItems = labels.map((label) => writes[label] as TransactWrite);
  for (let attempt = 1; ; attempt++) {
    try {
      await documents.send(new TransactWriteCommand({ TransactItems }));
      return undefined;
    } catch (error) {
      const refused = refusedRow(error);
      if (refused !== undefined) return labels[refused];
      if (!isTransient(error)) throw error;
      if (attempt === ATTEMPTS) throw new Busy('Too many are changing this at once: try again.', { cause: error });
    }
    await wait(Math.random() * FIRST_PAUSE_MS * 2 ** (attempt - 1));
  }
}

function refusedRow(error: unknown): number | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const index = error.CancellationReasons?.findIndex(({ Code }) => Code === 'ConditionalCheckFailed') ?? -1;
  return index < 0 ? undefined : index;
}

function isTransient(error: unknown): boolean {
  if (error instanceof TransactionInProgressException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  return error.CancellationReasons?.some(({ Code = '' }) => TRANSIENT.includes(Code)) ?? false;
}
