import * as z from 'zod/mini';
import { Currency, DecimalAmount, toDecimal, toMinorUnits } from '#lib/runtime/money.ts';
import type { ProductDetails } from './product.ts';
import type { StoredProduct } from './product-table.ts';

const shortText = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));

export const ProductRequest = z.strictObject({
  name: shortText,
  category: shortText,
  description: z._default(z.string().check(z.maxLength(5_000)), ''),
  price: DecimalAmount,
  currency: z._default(Currency, 'USD'),
});

export const ListProductsQuery = z.strictObject({
  category: z.optional(shortText),
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 20),
  cursor: z.optional(z.string()),
  page: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(1_000)), 1),
});

export function toDetails(request: z.infer<typeof ProductRequest>): ProductDetails {
  const { price, currency, ...details } = request;
  return { ...details, price: { amount: toMinorUnits(price), currency } };
}

/** The product as API v1 shows it: money as a decimal. */
export function productToApi(product: StoredProduct) {
  return {
    product_id: product.product_id,
    name: product.name,
    description: product.description,
    category: product.category,
    price: toDecimal(product.price.amount),
    currency: product.price.currency,
    created_at: product.created_at,
    updated_at: product.updated_at,
  };
}

export function etag(product: StoredProduct): string {
  return `"${product.version}"`;
}
