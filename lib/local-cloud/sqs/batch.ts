import { AwsError } from '../core/aws-error.ts';
import { sqsError } from './errors.ts';

const MOST_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;

export interface BatchEntry {
  Id: string;
}

export interface BatchFailure {
  Id: string;
  SenderFault: boolean;
  Code: string;
  Message: string;
}

export interface BatchResult<T> {
  Successful: T[];
  Failed: BatchFailure[];
}

/** Checks what makes SQS refuse a whole batch. `entryType` is the name of the entries in the API reference. */
export function checkBatch<E extends BatchEntry>(entries: E[] | undefined, entryType: string): E[] {
  if (!entries || entries.length === 0) {
    throw sqsError('EmptyBatchRequest', `There should be at least one ${entryType} in the request.`);
  }
  if (entries.length > MOST_ENTRIES) {
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!ENTRY_ID.test(Id ?? '')) {
      throw sqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (ids.has(Id)) throw sqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
  }
  return entries;
}

/** Runs each entry by itself: some may fail while others succeed. */
export function runBatch<E extends BatchEntry, T>(entries: E[], run: (entry: E) => T): BatchResult<T> {
  const result: BatchResult<T> = { Successful: [], Failed: [] };
  for (const entry of entries) {
    try {
      result.Successful.push(run(entry));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      result.Failed.push({
        Id: entry.Id,
        SenderFault: true,
        Code: error.code.split('#').pop() ?? error.code,
        Message: error.message,
      });
    }
  }
  return result;
}
