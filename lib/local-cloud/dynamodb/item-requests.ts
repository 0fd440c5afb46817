import type { Arns } from './arns.ts';
import { type Input, type TransactItem, transactItems } from './shapes.ts';

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];

export function isWrite(action: string): boolean {
  return WRITES.includes(action);
}

/** The tables that a request on items names, each once, by name or by ARN as the caller wrote it. */
export function tablesOf(input: Input): string[] {
  const names = new Set(Object.keys(input.RequestItems ?? {}));
  if (input.TableName) names.add(input.TableName);
  for (const item of transactItems(input)) {
    for (const part of Object.values(item)) if (part?.TableName) names.add(part.TableName);
  }
  // The engine refuses a name that is no text in its own words.
  return [...names].filter((name) => typeof name === 'string');
}

/** The same request with the ARNs of tables replaced by names: DynamoDB Local does not know our ARNs. */
export function withNames(input: Input, arns: Arns): Input {
  const named = { ...input };
  if (input.TableName) named.TableName = arns.tableName(input.TableName);
  if (input.RequestItems) named.RequestItems = renameKeys(input.RequestItems, arns.tableName);
  if (input.TransactItems) named.TransactItems = input.TransactItems.map((item) => transactItem(item, arns));
  return named;
}

function transactItem(item: TransactItem, arns: Arns): TransactItem {
  const parts = Object.entries(item).map(([kind, part]) => [
    kind,
    { ...part, TableName: arns.tableName(part.TableName) },
  ]);
  return Object.fromEntries(parts);
}

const KEYED_BY_TABLE = ['Responses', 'UnprocessedKeys', 'UnprocessedItems'];

/** Who asked for tables by ARN finds the answers of a batch under the same ARNs. */
export function withArnsAgain(output: Record<string, unknown>, asked: Input, arns: Arns): Record<string, unknown> {
  const arnOf = new Map(Object.keys(asked.RequestItems ?? {}).map((key) => [arns.tableName(key), key]));
  const answer = { ...output };
  for (const field of KEYED_BY_TABLE) {
    const byTable = answer[field];
    if (!byTable || Array.isArray(byTable)) continue;
    answer[field] = renameKeys(byTable as Record<string, unknown>, (name) => arnOf.get(name) ?? name);
  }
  return answer;
}

function renameKeys(record: Record<string, unknown>, rename: (key: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [rename(key), value]));
}
