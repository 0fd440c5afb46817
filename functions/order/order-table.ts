import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause } from '#events/event.ts';
import { documents, isConditionFailure, tableName } from '#lib/runtime/aws/table.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { type OutboxRow, type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import type { Decision, Order } from './order.ts';

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
  const Item = { ...orderKey(order.order_id), ...row };
  try {
    await documents.send(
      new PutCommand({ TableName: tableName(), Item, ConditionExpression: 'attribute_not_exists(pk)' }),
    );
    return row;
  } catch (error) {
    if (isConditionFailure(error)) return readOrder(order.order_id);
    throw error;
  }
}

/** Throws {@link NotFound} for an id that was never given out. */
export async function readOrder(orderId: string): Promise<StoredOrder> {
  const order = await findOrder(orderId);
  if (!order) throw new NotFound('order');
  return order;
}

export async function findOrder(orderId: string): Promise<StoredOrder | undefined> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName(), Key: orderKey(orderId), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  const { pk: _pk, ...order } = Item as StoredOrder & OutboxRow;
  return order as StoredOrder;
}

/**
 * Applies a rule to the order and writes what it decides, with its events, unless the order changed in between: then
 * the rule is asked again. Resolves to the order, or to `null` when the rule refuses.
 */
export async function changeOrder(
  orderId: string,
  rule: (order: Order) => Decision | null,
  { cause, now }: { cause: Cause; now: Date },
): Promise<StoredOrder | null> {
  for (;;) {
    const before = await readOrder(orderId);
    const decision = rule(before);
    if (!decision) return null;
    if (decision.facts.length === 0) return before;
    const events = recorded(decision.facts, cause, now);
    const written = await writeChange(before, decision.order, events);
    if (written) return written;
  }
}

async function writeChange(before: StoredOrder, after: Order, events: RecordedEvent[]): Promise<StoredOrder | null> {
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: orderKey(before.order_id),
        UpdateExpression:
          'SET #status = :status, #reason = :reason, version = :after, events = list_append(events, :events)',
        ConditionExpression: 'version = :before',
        ExpressionAttributeNames: { '#status': 'status', '#reason': 'reason' },
        ExpressionAttributeValues: {
          ':status': after.status,
          ':reason': 'reason' in after ? after.reason : null,
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
  const { Items = [], LastEvaluatedKey } = await documents.send(
    new QueryCommand({
      TableName: tableName(),
      IndexName: 'by-user',
      KeyConditionExpression: 'user_id = :user',
      ExpressionAttributeValues: { ':user': userId },
      ScanIndexForward: false,
      Limit: limit,
      ExclusiveStartKey: after && { ...orderKey(after.order_id), user_id: userId, created_at: after.created_at },
    }),
  );
  const orders = Items as StoredOrder[];
  const last = orders.at(-1);
  return { orders, next: LastEvaluatedKey && last && { order_id: last.order_id, created_at: last.created_at } };
}

export interface OrderPosition {
  order_id: string;
  created_at: string;
}

export interface OrderPage {
  orders: StoredOrder[];
  next?: OrderPosition;
}
