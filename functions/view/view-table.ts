import { isDeepStrictEqual } from 'node:util';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { conditionHeld, documents, tableName } from '#lib/runtime/aws/table.ts';
import { writeTogether } from '#lib/runtime/aws/transaction.ts';
import { readRows } from './batch-read.ts';
import { inGeneration } from './generation.ts';
import { afterErasure, afterNews, type News, type OrderView, type Placed } from './view.ts';

/** Rows are written under the condition that `revision` is as it was read; an erased one has 0, for good. */
type StoredOrder = OrderView & { pk: string; sk: string; revision: number };

const ERASED_REVISION = 0;

const orderKey = (generation: string, orderId: string) => ({
  pk: inGeneration(generation, `ORDER#${orderId}`),
  sk: 'ORDER',
});

/** One entry for each of a user's orders, under the user: a list that can be read consistently, unlike an index. */
const entryKey = (generation: string, userId: string, { created_at, order_id }: OrderPosition) => ({
  pk: inGeneration(generation, `USER#${userId}`),
  sk: `ORDER#${created_at}#${order_id}`,
});

const tombstoneKey = (generation: string, userId: string) => ({
  pk: inGeneration(generation, `USER#${userId}`),
  sk: 'ERASED',
});

/** Keeps what an event tells of an order. What it tells a second time, or too late, changes nothing. */
export async function keepNews(generation: string, news: News): Promise<void> {
  for (;;) {
    const { order, revision } = await findOrder(generation, news.order_id);
    const after = afterNews(order, news);
    if (isDeepStrictEqual(order, after)) return;
    if (await write(generation, { before: order, after, revision })) return;
  }
}

interface Change {
  before?: OrderView;
  after: OrderView;
  /** Of the row before; `undefined` when there is none. */
  revision?: number;
}

/** Resolves to false when the row was changed in the meantime. */
async function write(generation: string, change: Change): Promise<boolean> {
  const { before, after } = change;
  const owned = placedPart(after);
  if (!owned || placedPart(before)) return put(generation, change);
  const { order_id } = after;
  const entry = entryKey(generation, owned.user_id, { created_at: owned.created_at, order_id });
  const refused = await writeTogether({
    order: { Put: putInput(generation, change) },
    entry: { Put: { TableName: tableName(), Item: { ...entry, order_id, created_at: owned.created_at } } },
    owner: {
      ConditionCheck: {
        TableName: tableName(),
        Key: tombstoneKey(generation, owned.user_id),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
  });
  if (refused === 'owner') return put(generation, { ...change, after: afterErasure(after) });
  return refused === undefined;
}

function placedPart(order: OrderView | undefined): Placed | undefined {
  return order && 'placed' in order ? order.placed : undefined;
}

function put(generation: string, change: Change): Promise<boolean> {
  return conditionHeld(documents.send(new PutCommand(putInput(generation, change))));
}

function putInput(generation: string, { after, revision }: Change) {
  const next = 'erased' in after ? ERASED_REVISION : (revision ?? 0) + 1;
  return {
    TableName: tableName(),
    Item: { ...orderKey(generation, after.order_id), ...after, revision: next },
    ...(revision === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'revision = :before', ExpressionAttributeValues: { ':before': revision } }),
  };
}

async function findOrder(generation: string, orderId: string): Promise<{ order?: OrderView; revision?: number }> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName(), Key: orderKey(generation, orderId), ConsistentRead: true }),
  );
  if (!Item) return {};
  const { pk: _pk, sk: _sk, revision, ...order } = Item as StoredOrder;
  return { order, revision };
}

/**
 * Erases a user's orders. First the tombstone: from then on no order is entered for the user, and those that are
 * entered are all found. What is left of an order says only that events of it are to be dropped.
 */
export async function eraseOrders(generation: string, userId: string): Promise<void> {
  await documents.send(new PutCommand({ TableName: tableName(), Item: tombstoneKey(generation, userId) }));
  for (;;) {
    const { positions } = await listEntries(generation, userId, { limit: 25 });
    if (positions.length === 0) return;
    await Promise.all(positions.map((position) => eraseOrder(generation, userId, position)));
  }
}

async function eraseOrder(generation: string, userId: string, position: OrderPosition): Promise<void> {
  const { order_id } = position;
  const Item = { ...orderKey(generation, order_id), order_id, erased: true, revision: ERASED_REVISION };
  await documents.send(new PutCommand({ TableName: tableName(), Item }));
  await documents.send(new DeleteCommand({ TableName: tableName(), Key: entryKey(generation, userId, position) }));
}

export interface OrderPosition {
  order_id: string;
  created_at: string;
}

export type PlacedOrder = Exclude<OrderView, { erased: true }> & { placed: Placed };

export interface OrderPage {
  orders: PlacedOrder[];
  next?: OrderPosition;
}

/** A page of a user's orders, newest first. `after` is the last order of the page before. */
export async function listOrders(
  generation: string,
  userId: string,
  page: { limit: number; after?: OrderPosition },
): Promise<OrderPage> {
  const { positions, next } = await listEntries(generation, userId, page);
  const rows = await readRows<StoredOrder>(positions.map(({ order_id }) => orderKey(generation, order_id)));
  const byId = new Map(rows.map((row) => [row.order_id, row]));
  const orders = positions.map(({ order_id }) => byId.get(order_id)).filter((row) => placedPart(row));
  return { orders: orders as PlacedOrder[], next };
}

async function listEntries(
  generation: string,
  userId: string,
  { limit, after }: { limit: number; after?: OrderPosition },
): Promise<{ positions: OrderPosition[]; next?: OrderPosition }> {
  const { Items = [], LastEvaluatedKey } = await documents.send(
    new QueryCommand({
      TableName: tableName(),
      KeyConditionExpression: 'pk = :user AND begins_with(sk, :order)',
      ExpressionAttributeValues: { ':user': inGeneration(generation, `USER#${userId}`), ':order': 'ORDER#' },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: limit,
      ExclusiveStartKey: after && entryKey(generation, userId, after),
    }),
  );
  const positions = Items.map(({ order_id, created_at }) => ({ order_id, created_at }));
  return { positions, next: LastEvaluatedKey && positions.at(-1) };
}
