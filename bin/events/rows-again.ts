import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { StreamFailure } from './failed-message.ts';
import type { Operator } from './operator.ts';

/** The longest that a function may run, by Lambda: an event happened at most so long before its row was written, ms. */
const LONGEST_WRITE_MS = 15 * 60_000;

type Item = Record<string, AttributeValue>;

/** The time in which the events of some changes have happened, ms. */
export interface Span {
  from: number;
  to: number;
}

/**
 * The changes that a stream has forgotten, made of the rows of its table: each row that has events of that time, as if
 * these had just been added. Events that were published come again, which consumers stand. Rejects when there are fewer
 * events than there were changes: some rows keep only their last events.
 */
export async function recordsFromRows({ database }: Operator, failure: StreamFailure): Promise<DynamoDBRecord[]> {
  const TableName = failure.streamArn.split('/')[1];
  const span = { from: Date.parse(failure.firstAt) - LONGEST_WRITE_MS, to: Date.parse(failure.lastAt) + 1000 };
  const records: DynamoDBRecord[] = [];
  let events = 0;
  const input = { TableName, ConsistentRead: true, FilterExpression: 'attribute_exists(version)' };
  for await (const { Items = [] } of paginateScan({ client: database }, input)) {
    for (const item of Items) {
      const { added, within } = eventsSince(unmarshall(item), span);
      if (added > 0) records.push(recordOf(item, added, records.length));
      events += within;
    }
  }
  if (events >= failure.batchSize) return records;
  throw new Error(
    `The stream has forgotten the ${failure.batchSize} changes, and the rows know of ${events} events of that time only. ` +
      'Those who need the rest have to be told otherwise; then delete the message.',
  );
}

/** How many events of the row are of that time, and how many there are from the first of these on. */
export function eventsSince(row: Record<string, unknown>, { from, to }: Span): { added: number; within: number } {
  const events = (Array.isArray(row.events) ? row.events : []) as { occurred_at?: string }[];
  const isWithin = ({ occurred_at = '' }) => Date.parse(occurred_at) >= from && Date.parse(occurred_at) <= to;
  const first = events.findIndex(isWithin);
  return { added: first < 0 ? 0 : events.length - first, within: events.filter(isWithin).length };
}

function recordOf(item: Item, added: number, position: number): DynamoDBRecord {
  const before = { version: { N: String(Number(item.version?.N) - added) } };
  const NewImage = item as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];
  return { eventName: 'MODIFY', dynamodb: { SequenceNumber: String(position), NewImage, OldImage: before } };
}
