import * as z from 'zod/mini';
import { Money } from '#events/money.ts';
import { type ApiVersion, defineRoute } from '#lib/runtime/http/route.ts';
import { CurrencyCode, Decimal, NextCursor, Timestamp } from '#lib/runtime/http/schemas.ts';
import { Currency, DecimalAmount, toDecimal, toMinorUnits } from '#lib/runtime/money.ts';
import type { ProductDetails } from './product.ts';
import type { StoredProduct } from './product-table.ts';

const shortText = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));

const details = {
  name: shortText,
  category: shortText,
  description: z._default(z.string().check(z.maxLength(5_000)), ''),
};

const ProductRequestV1 = z.pipe(
  z.strictObject({ ...details, price: DecimalAmount, currency: z._default(Currency, 'USD') }),
  z.transform(({ price, currency, ...rest }): ProductDetails => {
    return { ...rest, price: { amount: toMinorUnits(price), currency } };
  }),
);

const ProductRequestV2 = z.pipe(
  z.strictObject({
    ...details,
    price: z.extend(Money, { amount: Money.shape.amount.check(z.gte(1), z.lte(100_000_000)) }),
  }),
  z.transform((product): ProductDetails => product),
);

const ListProductsQuery = z.strictObject({
  category: z.optional(shortText),
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 20),
  cursor: z.optional(z.string()),
  page: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(1_000)), 1),
});
export type ListProductsQuery = z.infer<typeof ListProductsQuery>;

const shown = {
  product_id: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  created_at: Timestamp,
  updated_at: Timestamp,
};
const ProductV1 = z.strictObject({ ...shown, price: Decimal, currency: CurrencyCode });
const ProductV2 = z.strictObject({ ...shown, price: Money });
const page = { next_cursor: NextCursor, page: z.int() };

/**
 * Ten seconds take nearly all reads of a busy product off us: at 5,000 a second a cache asks once in 50,000. For half a
 * minute more it may show what it has while it asks, so nobody waits for us, and no price on show is older than 40
 * seconds. What is ordered is priced by the order service.
 */
export const CATALOGUE_CACHING = { 'cache-control': 'public, max-age=10, stale-while-revalidate=30' };

export const ListProducts = defineRoute({
  operation: 'listProducts',
  route: 'GET /api/v1/products',
  summary: 'List products, of one category or all, by cursor or by number of the page.',
  auth: 'public',
  query: ListProductsQuery,
  answers: { 200: z.strictObject({ products: z.array(ProductV1), ...page }), 304: null },
  headers: ['ETag'],
  v2: { answers: { 200: z.strictObject({ products: z.array(ProductV2), ...page }), 304: null } },
});

export const GetProduct = defineRoute({
  operation: 'getProduct',
  route: 'GET /api/v1/products/{product_id}',
  summary: 'Read a product.',
  auth: 'public',
  answers: { 200: ProductV1, 304: null },
  headers: ['ETag'],
  problems: { 404: ['NOT_FOUND'] },
  v2: { answers: { 200: ProductV2, 304: null } },
});

export const CreateProduct = defineRoute({
  operation: 'createProduct',
  route: 'POST /api/v1/products',
  summary: 'Put a product into the catalogue.',
  auth: 'admin',
  idempotencyKey: 'optional',
  body: ProductRequestV1,
  answers: { 201: ProductV1 },
  headers: ['ETag', 'Location'],
  problems: { 422: ['IDEMPOTENCY_KEY_REUSED'] },
  v2: { body: ProductRequestV2, answers: { 201: ProductV2 } },
});

export const UpdateProduct = defineRoute({
  operation: 'updateProduct',
  route: 'PUT /api/v1/products/{product_id}',
  summary: 'Replace a product. If-Match guards against overwriting a newer version.',
  auth: 'admin',
  body: ProductRequestV1,
  answers: { 200: ProductV1 },
  headers: ['ETag'],
  problems: { 404: ['NOT_FOUND'], 412: ['PRECONDITION_FAILED'] },
  v2: { body: ProductRequestV2, answers: { 200: ProductV2 } },
});

export function productToApi(product: StoredProduct, version: ApiVersion) {
  const { product_id, name, description, category, price, created_at, updated_at } = product;
  const money = version === 1 ? { price: toDecimal(price.amount), currency: price.currency } : { price };
  return { product_id, name, description, category, ...money, created_at, updated_at };
}

/** Of one representation: both versions of the API are served at one address, by `Accept`, and differ. */
export function etag(product: StoredProduct, version: ApiVersion): string {
  return `"${product.version}-v${version}"`;
}

/** The state that a request with If-Match may name, in whichever version of the API it was read. */
export function etagsOf(product: StoredProduct): string[] {
  return [etag(product, 1), etag(product, 2)];
}
