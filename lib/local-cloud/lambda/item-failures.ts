/**
 * Which records of a batch a function reports as failed (`ReportBatchItemFailures`): their identifiers, none of them,
 * or `all` when the answer is not what Lambda expects or names a record that was not in the batch.
 */
export function failedItems(payload: string, identifiers: string[]): Set<string> | 'all' {
  const response: unknown = JSON.parse(payload);
  if (response === null) return new Set();
  if (typeof response !== 'object' || Array.isArray(response)) return 'all';
  const failures = (response as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const failed = new Set(failures.map((failure) => failure?.itemIdentifier));
  return [...failed].every((identifier) => identifiers.includes(identifier)) ? failed : 'all';
}
