import { keepCopy, readCopies } from '#lib/runtime/aws/copies.ts';
import type { Product } from './order.ts';

const productKey = (productId: string) => `PRODUCT#${productId}`;

/**
 * Keeps what this service has to know of a product, from the product's events.
 * @param sourceVersion version of the product that the event tells of
 */
export async function keepProduct({ product_id, name, price }: Product, sourceVersion: number): Promise<void> {
  await keepCopy(productKey(product_id), { product_id, name, price }, sourceVersion);
}

/** The known ones of the products asked for. */
export async function knownProducts(productIds: string[]): Promise<Product[]> {
  return readCopies<Product>(productIds.map(productKey));
}
