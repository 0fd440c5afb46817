import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause } from '#events/event.ts';
import { conditionHeld, documents, queryPage, readRow, tableName } from '#lib/runtime/aws/table.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import type { Decision, Product } from './product.ts';

/** A product with its last event: its history is on the bus, not in the row. */
export type StoredProduct = Product & { version: number; events: RecordedEvent[]; request_fingerprint?: string };

export interface ProductPage {
  products: StoredProduct[];
  /** The last product of the page, when there are more. */
  next?: ProductPosition;
}

export interface ProductPosition {
  product_id: string;
  created_at: string;
}

const productKey = (productId: string) => ({ pk: `PRODUCT#${productId}` });

/** All products have this in common, so that they can be listed together. */
const CATALOGUE = 'all';

/** Writes a new product; resolves to the one that stands there already when this one was created before. */
export async function insertProduct(
  { product, facts }: Decision,
  cause: Cause,
  requestFingerprint?: string,
): Promise<StoredProduct> {
  const events = recorded(facts, cause, new Date(product.created_at));
  const row = { ...product, version: events.length, events, request_fingerprint: requestFingerprint };
  const written = await putProduct(row, 'attribute_not_exists(pk)');
  return written ? row : readProduct(product.product_id);
}

/** Replaces the product if its version is still `versionBefore`; else resolves to `null`. */
export async function replaceProduct(
  { product, facts }: Decision,
  versionBefore: number,
  cause: Cause,
): Promise<StoredProduct | null> {
  const events = recorded(facts, cause, new Date(product.updated_at));
  const row = { ...product, version: versionBefore + events.length, events };
  const written = await putProduct(row, 'version = :before', { ':before': versionBefore });
  return written ? row : null;
}

async function putProduct(
  product: StoredProduct,
  ConditionExpression: string,
  ExpressionAttributeValues?: Record<string, unknown>,
): Promise<boolean> {
  const Item = { ...product, ...productKey(product.product_id), catalogue: CATALOGUE };
  const put = { TableName: tableName(), Item, ConditionExpression, ExpressionAttributeValues };
  return conditionHeld(documents.send(new PutCommand(put)));
}

/** Throws {@link NotFound} for an unknown id. */
export async function readProduct(productId: string): Promise<StoredProduct> {
  const product = await readRow<StoredProduct>(productKey(productId));
  if (!product) throw new NotFound('product');
  return product;
}

/** A page of a category, or of everything, oldest first. */
export async function listProducts(
  category: string | undefined,
  limit: number,
  after?: ProductPosition,
): Promise<ProductPage> {
  const { rows: products, last } = await queryPage<StoredProduct>({
    ...(category
      ? { index: 'by-category', partition: ['category', category] }
      : { index: 'by-catalogue', partition: ['catalogue', CATALOGUE] }),
    limit,
    after: after && { ...productKey(after.product_id), created_at: after.created_at },
  });
  return { products, next: last && { product_id: last.product_id, created_at: last.created_at } };
}
