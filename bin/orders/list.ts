import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type Condition, conditionOf, since } from './finding.ts';
import { documents, type OrderRow } from './rows.ts';
import { idOf } from './stage.ts';

export interface StuckOrder {
  order_id: string;
  condition: Condition;
  status: string;
  reason: string | null;
  /** When something last happened to it. */
  since: string;
}

export interface StuckOrders {
  stage: string;
  /** Rows that the scan has read: the table's only index is by customer, so all of them. */
  rows_read: number;
  /** The longest stuck first. */
  orders: StuckOrder[];
}

/**
 * Orders that were given up, or that are neither ended nor being worked at. An index of open orders would cost each order
 * two writes more for a question that is asked a few times a year; the table is scanned, page by page, at $0.125 for
 * some four million rows.
 */
export async function stuckOrders(stage: string, now = new Date()): Promise<StuckOrders> {
  const found: StuckOrders = { stage, rows_read: 0, orders: [] };
  for await (const { rows, read } of openOrders(await idOf(stage, 'order', 'table-name'))) {
    found.rows_read += read;
    found.orders.push(...rows.flatMap((row) => stuck(row, now)));
  }
  found.orders.sort((a, b) => a.since.localeCompare(b.since));
  return found;
}

function stuck(row: OrderRow, now: Date): StuckOrder[] {
  const condition = conditionOf(row, now);
  if (condition !== 'needs_attention' && condition !== 'overdue') return [];
  const { order_id, status, reason = null } = row;
  return [{ order_id, condition, status, reason, since: since(row) }];
}

async function* openOrders(TableName: string): AsyncGenerator<{ rows: OrderRow[]; read: number }> {
  const client = documents();
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName,
        FilterExpression: 'begins_with(pk, :order) AND #status IN (:pending, :cancelling, :attention)',
        ProjectionExpression: 'order_id, #status, reason, created_at, events',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':order': 'ORDER#',
          ':pending': 'pending',
          ':cancelling': 'cancelling',
          ':attention': 'needs_attention',
        },
        ExclusiveStartKey,
      }),
    );
    yield { rows: (page.Items ?? []) as OrderRow[], read: page.ScannedCount ?? 0 };
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

export function stuckOrdersText({ stage, rows_read, orders }: StuckOrders): string {
  const lines = orders.map(({ order_id, condition, status, reason, since }) =>
    [order_id, condition, status, `since ${since}`, reason].filter(Boolean).join('  '),
  );
  const what = `${rows_read} rows of the stage ${stage} read: ${orders.length} orders need attention or are overdue`;
  const next = orders.length > 0 ? ['npm run orders -- repair <order_id> --dry-run --retry says what can be done'] : [];
  return [...lines, what, ...next].join('\n');
}
