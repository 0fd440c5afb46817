import * as z from 'zod/mini';
import { fromCursor, toCursor } from '#lib/runtime/http/cursor.ts';
import { unlessMatched } from '#lib/runtime/http/etag.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import type { ApiVersion } from '#lib/runtime/http/route.ts';
import { fingerprint } from '#lib/runtime/ids.ts';
import { CATALOGUE_CACHING, ListProducts, type ListProductsQuery, productToApi } from './product-api.ts';
import { listProducts, type ProductPage } from './product-table.ts';

const Position = z.strictObject({ product_id: z.string(), created_at: z.string() });

export const handler = httpHandler(ListProducts, async ({ query, headers, version }) => {
  const { products, next } = await pageOf(query);
  const nextCursor = await toCursor(listName(query), next);
  const link = nextCursor && { link: `<${linkTo(query, nextCursor, version)}>; rel="next"` };
  const shown = products.map((product) => productToApi(product, version));
  const body = { products: shown, next_cursor: nextCursor, page: query.page };
  const etag = `"${fingerprint({ version, body })}"`;
  return unlessMatched(headers['if-none-match'], ok(body, { ...CATALOGUE_CACHING, etag, ...link }));
});

/** A numbered page is found by walking the pages before it: fine for the first few, use cursors for more. */
async function pageOf({ category, limit, cursor, page }: ListProductsQuery): Promise<ProductPage> {
  let position = await fromCursor(listName({ category }), Position, cursor);
  if (position) return listProducts(category, limit, position);
  for (let number = 1; number < page; number++) {
    position = (await listProducts(category, limit, position)).next;
    if (!position) return { products: [] };
  }
  return listProducts(category, limit, position);
}

function listName({ category }: { category?: string }): string {
  return category ? `products in ${category}` : 'products';
}

function linkTo({ category, limit }: ListProductsQuery, cursor: string, version: ApiVersion): string {
  const query = new URLSearchParams({ ...(category && { category }), limit: String(limit), cursor });
  return `/api/v${version}/products?${query}`;
}
