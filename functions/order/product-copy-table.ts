import { BatchGetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { documents, isConditionFailure, tableName } from '#lib/runtime/aws/table.ts';
import type { Product } from './order.ts';

const productKey = (productId: string) => ({ pk: `PRODUCT#${productId}` });

/**
 * Keeps what this service has to know of a product, from the product's events. An event that is older than the copy,
 * or comes a second time, changes nothing.
 * @param sourceVersion version of the product that the event tells of
 */
export async function keepProduct({ product_id, name, price }: Product, sourceVersion: number): Promise<void> {
  try {
    await documents.send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...productKey(product_id), product_id, name, price, source_version: sourceVersion },
        ConditionExpression: 'attribute_not_exists(pk) OR source_version < :version',
        ExpressionAttributeValues: { ':version': sourceVersion },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/** The known ones of the products asked for. */
export async function knownProducts(productIds: string[]): Promise<Product[]> {
  const Keys = [...new Set(productIds)].map(productKey);
  const { Responses, UnprocessedKeys } = await documents.send(
    new BatchGetCommand({ RequestItems: { [tableName()]: { Keys, ConsistentRead: true } } }),
  );
  if (Object.keys(UnprocessedKeys ?? {}).length > 0) throw new Error('DynamoDB did not read all products: try again.');
  return (Responses?.[tableName()] ?? []) as Product[];
}
