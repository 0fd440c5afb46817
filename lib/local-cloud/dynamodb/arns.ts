import type { Account } from '../core/account.ts';

// DynamoDB Local plays a region of its own, and our account number.
const ENGINE_PREFIX = 'arn:aws:dynamodb:ddblocal:000000000000:';

/** Translates between the ARNs of DynamoDB Local and those of the account. */
export interface Arns {
  table(name: string): string;
  index(table: string, index: string): string;
  /** Turns every ARN (or shard iterator, which starts with one) in a text into the engine's. */
  toEngine(text: string): string;
  fromEngine(text: string): string;
  /** `orders` for `orders`, and for the ARN of the table `orders` in this account and region. */
  tableName(nameOrArn: string): string;
}

export function createArns(account: Account): Arns {
  const prefix = account.arn('dynamodb', '');
  const tablePrefix = `${prefix}table/`;
  return {
    table: (name) => tablePrefix + name,
    index: (table, index) => `${tablePrefix}${table}/index/${index}`,
    toEngine: (text) => text.replaceAll(prefix, ENGINE_PREFIX),
    fromEngine: (text) => text.replaceAll(ENGINE_PREFIX, prefix),
    tableName: (nameOrArn) => (nameOrArn.startsWith(tablePrefix) ? nameOrArn.slice(tablePrefix.length) : nameOrArn),
  };
}

/** The stream that a shard iterator reads: `arn:...:table/orders/stream/2026-11-22T14:42:51.221|001|...`. */
export function streamOfIterator(iterator: string): string {
  return iterator.split('|')[0] ?? '';
}

/** The shard that a shard iterator reads: its last part is `shardId-...|<sequence number>|<time>` in base64. */
export function shardOfIterator(iterator: string): string {
  const position = Buffer.from(iterator.split('|').at(-1) ?? '', 'base64').toString();
  return position.split('|')[0] ?? '';
}
