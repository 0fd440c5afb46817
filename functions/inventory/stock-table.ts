import { GetCommand, PutCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { documents, isConditionFailure, rowOfFailure, tableName } from '#lib/runtime/aws/table.ts';
import { AppError, NotFound } from '#lib/runtime/errors.ts';
import type { RefusalReason, ReservedItem } from './reservation.ts';

/** Stock of one product. `pending` holds the pieces of each order, so that holding and giving back happen once. */
export interface Stock {
  product_id: string;
  /** Pieces on sale. On hand are these and the reserved ones. */
  available: number;
  reserved: number;
  pending: Record<string, number>;
}

/** Orders hold more pieces than there would be left. */
export class OnHandBelowReserved extends AppError {
  constructor(reserved: number) {
    super('ON_HAND_BELOW_RESERVED', 409, `Orders hold ${reserved} pieces: on_hand cannot be less.`);
  }
}

const stockKey = (productId: string) => ({ pk: `STOCK#${productId}` });

/** Opens the stock of a new product at zero; one that is open stays as it is. */
export async function openStock(productId: string): Promise<void> {
  const stock: Stock = { product_id: productId, available: 0, reserved: 0, pending: {} };
  try {
    await documents.send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...stockKey(productId), ...stock },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/** Throws {@link NotFound} for a product that inventory has not heard of. */
export async function readStock(productId: string): Promise<Stock> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName(), Key: stockKey(productId), ConsistentRead: true }),
  );
  if (!Item) throw new NotFound('product in the inventory');
  return Item as Stock;
}

/** Sets how many pieces there are, counting those that orders hold. Counts again when an order comes in between. */
export async function setOnHand(productId: string, onHand: number): Promise<Stock> {
  await openStock(productId);
  for (;;) {
    const before = await readStock(productId);
    if (onHand < before.reserved) throw new OnHandBelowReserved(before.reserved);
    const after = { ...before, available: onHand - before.reserved };
    const written = await tryUpdate({
      Key: stockKey(productId),
      UpdateExpression: 'SET available = :after',
      ConditionExpression: 'available = :before AND reserved = :reserved',
      ExpressionAttributeValues: {
        ':after': after.available,
        ':before': before.available,
        ':reserved': before.reserved,
      },
    });
    if (written) return after;
  }
}

/**
 * Holds pieces for an order: one conditional write, so two buyers never get the same piece. Held already: fine.
 * Resolves to why it is refused, or to nothing.
 */
export async function hold(
  orderId: string,
  { product_id, quantity }: ReservedItem,
): Promise<RefusalReason | undefined> {
  try {
    await documents.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: stockKey(product_id),
        UpdateExpression:
          'SET available = available - :quantity, reserved = reserved + :quantity, pending.#order = :quantity',
        ConditionExpression: 'available >= :quantity AND attribute_not_exists(pending.#order)',
        ExpressionAttributeNames: { '#order': orderId },
        ExpressionAttributeValues: { ':quantity': quantity },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return undefined;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const stock = rowOfFailure<Stock>(error);
    if (!stock) return 'unknown_product';
    return stock.pending[orderId] === undefined ? 'insufficient_inventory' : undefined;
  }
}

/** Puts the pieces that an order holds back on sale, once. */
export async function giveBack(orderId: string, { product_id }: ReservedItem): Promise<void> {
  await endHold(
    orderId,
    product_id,
    'SET available = available + pending.#order, reserved = reserved - pending.#order',
  );
}

/** Takes the pieces that an order holds out of the stock, once. */
export async function takeOut(orderId: string, { product_id }: ReservedItem): Promise<void> {
  await endHold(orderId, product_id, 'SET reserved = reserved - pending.#order');
}

async function endHold(orderId: string, productId: string, change: string): Promise<void> {
  await tryUpdate({
    Key: stockKey(productId),
    UpdateExpression: `${change} REMOVE pending.#order`,
    ConditionExpression: 'attribute_exists(pending.#order)',
    ExpressionAttributeNames: { '#order': orderId },
  });
}

/** Whether the row was as the condition says. */
async function tryUpdate(update: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> {
  try {
    await documents.send(new UpdateCommand({ TableName: tableName(), ...update }));
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
