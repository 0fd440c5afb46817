import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { documents, isConditionFailure, putNew, readRow, rowOfFailure, tableName } from '#lib/runtime/aws/table.ts';
import { type TransactWrite, writeTogether } from '#lib/runtime/aws/transaction.ts';
import type { RecordedEvent } from '#lib/runtime/outbox.ts';
import type { Hold } from './reservation.ts';
import type { Stock } from './stock.ts';

/** One row of stock: a product, or one shard of it. */
export type Shard = Pick<Stock, 'product_id' | 'shard'>;

/** The first shard keeps the product's name, so a product that is not split is one row. */
const stockKey = ({ product_id, shard }: Shard) => ({ pk: `STOCK#${product_id}${shard === 0 ? '' : `#${shard}`}` });

function emptyStock(shard: Shard): Stock {
  return { ...shard, available: 0, reserved: 0, pending: {}, shards: 1, counted: 0 };
}

/** Opens the stock of a new product at zero; one that is open stays as it is. */
export async function openStock(productId: string): Promise<void> {
  const stock = emptyStock({ product_id: productId, shard: 0 });
  await putNew({ ...stockKey(stock), ...stock });
}

/** All shards of a product, in their order; none for a product that inventory has not heard of. */
export async function readStocks(productId: string): Promise<Stock[]> {
  const first = await readStock({ product_id: productId, shard: 0 });
  if (!first) return [];
  const others = Array.from({ length: first.shards - 1 }, (_, index) => readStock({ ...first, shard: index + 1 }));
  return [first, ...((await Promise.all(others)) as Stock[])];
}

function readStock(shard: Shard): Promise<Stock | undefined> {
  return readRow<Stock>(stockKey(shard));
}

/**
 * Adds to each shard (or takes from it) what was found when the pieces were counted, unless somebody has counted in
 * between, or an order has taken what is to be taken: then nothing is written. Orders need not wait for it, and what
 * they hold or buy meanwhile is not lost: pieces are added, not set.
 */
export async function writeRecount(before: Stock[], additions: number[]): Promise<boolean> {
  const [{ product_id, counted }] = before as [Stock];
  const shards = additions.length;
  const writes = additions.map((added, shard): TransactWrite => {
    const isNew = before[shard] === undefined;
    const key = { product_id, shard };
    if (isNew) return { Put: newShard({ ...emptyStock(key), available: added, shards, counted: counted + 1 }) };
    return { Update: addition(key, { added, shards, counted }) };
  });
  return (await writeTogether(Object.fromEntries(writes.entries()))) === undefined;
}

function newShard(stock: Stock) {
  const Item = { ...stockKey(stock), ...stock };
  return { TableName: tableName(), Item, ConditionExpression: 'attribute_not_exists(pk)' };
}

function addition(shard: Shard, { added, shards, counted }: { added: number; shards: number; counted: number }) {
  return {
    TableName: tableName(),
    Key: stockKey(shard),
    UpdateExpression: 'SET available = available + :added, shards = :shards, counted = :now',
    ConditionExpression: 'available >= :least AND counted = :before',
    ExpressionAttributeValues: {
      ':added': added,
      ':least': Math.max(0, -added),
      ':shards': shards,
      ':before': counted,
      ':now': counted + 1,
    },
  };
}

/** Pieces of a shard that an order is to hold. */
export interface HoldRequest extends Hold {
  order_id: string;
  /** Into how many shards the caller takes the product to be split. */
  shards: number;
}

/** `inTheWay`: the row as it was that did not allow it, if there is one. */
export type HoldResult = { held: true } | { held: false; inTheWay?: Stock };

/**
 * Holds the pieces if there are enough, and so many that nobody needs to hear of it: not when just this hold leaves
 * less than `worthTelling`. One conditional write, so two buyers never get the same piece.
 */
export function holdPieces(request: HoldRequest, worthTelling: number): Promise<HoldResult> {
  return tryHold(request, {
    ConditionExpression: 'available >= :quantity AND NOT (available BETWEEN :lowest AND :highest)',
    ExpressionAttributeValues: { ':lowest': worthTelling, ':highest': worthTelling + request.quantity - 1 },
  });
}

/** Holds the pieces, and records events with that, if as many are on sale as were `seen`. */
export function holdPiecesSeen(request: HoldRequest, seen: Stock, events: RecordedEvent[]): Promise<HoldResult> {
  const condition = 'available >= :quantity AND available = :seen';
  if (events.length === 0)
    return tryHold(request, { ConditionExpression: condition, ExpressionAttributeValues: { ':seen': seen.available } });
  return tryHold(request, {
    // Until it has its first event a row has no version: so changes without news do not wake the relay.
    UpdateExpression: ', events = :events, version = if_not_exists(version, :none) + :more',
    ConditionExpression: condition,
    ExpressionAttributeValues: { ':seen': seen.available, ':events': events, ':none': 0, ':more': events.length },
  });
}

async function tryHold(
  { order_id, quantity, shards, ...shard }: HoldRequest,
  only: Pick<UpdateCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues' | 'UpdateExpression'>,
): Promise<HoldResult> {
  const hold = 'SET available = available - :quantity, reserved = reserved + :quantity, pending.#order = :quantity';
  const refused = await update(shard, {
    UpdateExpression: `${hold}${only.UpdateExpression ?? ''}`,
    ConditionExpression: `attribute_not_exists(pending.#order) AND shards = :shards AND ${only.ConditionExpression}`,
    ExpressionAttributeNames: { '#order': order_id },
    ExpressionAttributeValues: { ...only.ExpressionAttributeValues, ':quantity': quantity, ':shards': shards },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  return refused ? { held: false, inTheWay: refused.row } : { held: true };
}

/** Puts the pieces that an order holds in a shard back on sale, once. */
export async function giveBackPieces(orderId: string, shard: Shard): Promise<void> {
  const change = 'SET available = available + pending.#order, reserved = reserved - pending.#order';
  await update(shard, {
    UpdateExpression: `${change} REMOVE pending.#order`,
    ConditionExpression: 'attribute_exists(pending.#order)',
    ExpressionAttributeNames: { '#order': orderId },
  });
}

/**
 * Takes the pieces that an order holds in a shard out of the stock, once. A hold of no pieces stays behind, so that a
 * call of the saga that comes late holds nothing anew; {@link forgetSale} removes it when the sale is written down.
 */
export async function takeOut(orderId: string, shard: Shard): Promise<void> {
  await update(shard, {
    UpdateExpression: 'SET reserved = reserved - pending.#order, pending.#order = :sold',
    ConditionExpression: 'attribute_exists(pending.#order)',
    ExpressionAttributeNames: { '#order': orderId },
    ExpressionAttributeValues: { ':sold': 0 },
  });
}

export async function forgetSale(orderId: string, shard: Shard): Promise<void> {
  await update(shard, {
    UpdateExpression: 'REMOVE pending.#order',
    ConditionExpression: 'pending.#order = :sold',
    ExpressionAttributeNames: { '#order': orderId },
    ExpressionAttributeValues: { ':sold': 0 },
  });
}

/** Puts pieces that were taken out back on sale: to be written together with the row that says so, and so once. */
export function putBack(holds: Hold[]): TransactWrite[] {
  return holds.map(({ quantity, ...shard }) => ({
    Update: {
      TableName: tableName(),
      Key: stockKey(shard),
      UpdateExpression: 'SET available = available + :quantity',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':quantity': quantity },
    },
  }));
}

/** Resolves to the row that was not as the condition says (where it was asked for), to nothing when it was. */
async function update(
  shard: Shard,
  change: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
): Promise<{ row?: Stock } | undefined> {
  try {
    await documents.send(new UpdateCommand({ TableName: tableName(), Key: stockKey(shard), ...change }));
    return undefined;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return { row: rowOfFailure<Stock>(error) };
  }
}
