import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause } from '#events/event.ts';
import { documents, isConditionFailure, putNew, queryPage, readRow, tableName } from '#lib/runtime/aws/table.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { type OutboxRow, type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import type { Decision, Order } from './order.ts';
import { countOrder } from './order-metrics.ts';

/** An order with its history, and what request made it. */
export type StoredOrder = Order & { version: number; events: RecordedEvent[]; request_fingerprint: string };

const orderKey = (orderId: string) => ({ pk: `ORDER#${orderId}` });

/**
 * Writes a new order with its first event: the one write that accepts it.
 * Resolves to the order that stands there already when this one was placed before.
 */
export async function insertOrder(decision: Decision, requestFingerprint: string, cause: Cause): Promise<StoredOrder> {
  const { order, facts } = decision;
  const row = {
    ...order,
    version: facts.length,
    events: recorded(facts, cause, new Date(order.created_at)),
    request_fingerprint: requestFingerprint,
  };
  const isNew = await putNew({ ...orderKey(order.order_id), ...row });
  if (!isNew) return readOrder(order.order_id);
  countOrder(row, row.events);
  return row;
}

/** Throws {@link NotFound} for an id that was never given out. */
export async function readOrder(orderId: string): Promise<StoredOrder> {
  const order = await findOrder(orderId);
  if (!order) throw new NotFound('order');
  return order;
}

export async function findOrder(orderId: string): Promise<StoredOrder | undefined> {
  const row = await readRow<StoredOrder & OutboxRow>(orderKey(orderId));
  if (!row) return undefined;
  const { pk: _pk, ...order } = row;
  return order as StoredOrder;
}

/**
 * Applies a rule to the order and writes what it decides, with its events, unless the order changed in between: then
 * the rule is asked again. Resolves to the order, or to `null` when the rule refuses.
 */
export async function changeOrder(
  orderId: string,
  rule: (order: StoredOrder) => Decision | null,
  { cause, now }: { cause: Cause; now: Date },
): Promise<StoredOrder | null> {
  for (;;) {
    const before = await readOrder(orderId);
    const decision = rule(before);
    if (!decision) return null;
    if (decision.facts.length === 0) return before;
    const events = recorded(decision.facts, cause, now);
    const written = await writeChange(before, decision.order, events);
    if (!written) continue;
    countOrder(written, events);
    return written;
  }
}

async function writeChange(before: StoredOrder, after: Order, events: RecordedEvent[]): Promise<StoredOrder | null> {
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: orderKey(before.order_id),
        UpdateExpression:
          'SET #status = :status, #reason = :reason, given_up_while = :while, version = :after, ' +
          'events = list_append(events, :events)',
        ConditionExpression: 'version = :before',
        ExpressionAttributeNames: { '#status': 'status', '#reason': 'reason' },
        ExpressionAttributeValues: {
          ':status': after.status,
          ':reason': 'reason' in after ? after.reason : null,
          ':while': 'given_up_while' in after ? after.given_up_while : null,
          ':before': before.version,
          ':after': before.version + events.length,
          ':events': events,
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes as StoredOrder;
  } catch (error) {
    if (isConditionFailure(error)) return null;
    throw error;
  }
}

/** A page of a user's orders, newest first. `after` is the last order of the page before. */
export async function listOrders(userId: string, limit: number, after?: OrderPosition): Promise<OrderPage> {
  const { rows: orders, last } = await queryPage<StoredOrder>({
    index: 'by-user',
    partition: ['user_id', userId],
    newestFirst: true,
    limit,
    after: after && { ...orderKey(after.order_id), created_at: after.created_at },
  });
  return { orders, next: last && { order_id: last.order_id, created_at: last.created_at } };
}

export interface OrderPosition {
  order_id: string;
  created_at: string;
}

export interface OrderPage {
  orders: StoredOrder[];
  next?: OrderPosition;
}
