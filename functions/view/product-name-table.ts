import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { conditionHeld, documents, tableName } from '#lib/runtime/aws/table.ts';
import { readRows } from './batch-read.ts';
import { inGeneration } from './generation.ts';

const productKey = (generation: string, productId: string) => ({
  pk: inGeneration(generation, `PRODUCT#${productId}`),
  sk: 'PRODUCT',
});

interface ProductName {
  product_id: string;
  name: string;
  /** Version of the product that the name is of. */
  version: number;
}

/** Keeps a product's name. One that is older than that which is known, or comes a second time, changes nothing. */
export async function keepName(generation: string, product: ProductName): Promise<void> {
  const put = {
    TableName: tableName(),
    Item: { ...productKey(generation, product.product_id), ...product },
    ConditionExpression: 'attribute_not_exists(pk) OR version < :version',
    ExpressionAttributeValues: { ':version': product.version },
  };
  await conditionHeld(documents.send(new PutCommand(put)));
}

/** Names by id, as far as they are known. */
export async function namesOf(generation: string, productIds: string[]): Promise<Map<string, string>> {
  const keys = [...new Set(productIds)].map((productId) => productKey(generation, productId));
  const products = await readRows<ProductName>(keys);
  return new Map(products.map(({ product_id, name }) => [product_id, name]));
}
