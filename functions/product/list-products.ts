import * as z from 'zod/mini';
import { fromCursor, toCursor } from '#lib/runtime/http/cursor.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { ListProductsQuery, productToApi } from './product-api.ts';
import { listProducts, type ProductPage } from './product-table.ts';

const Position = z.strictObject({ product_id: z.string(), created_at: z.string() });

/** `GET /api/v1/products`: by category, and by cursor or by number of the page */
export const handler = httpHandler({ auth: 'public', query: ListProductsQuery }, async ({ query }) => {
  const { products, next } = await pageOf(query);
  const nextCursor = toCursor(next);
  const link = nextCursor && { link: `<${linkTo(query, nextCursor)}>; rel="next"` };
  return ok({ products: products.map(productToApi), next_cursor: nextCursor, page: query.page }, link || {});
});

/** A numbered page is found by walking the pages before it: fine for the first few, use cursors for more. */
async function pageOf({ category, limit, cursor, page }: z.infer<typeof ListProductsQuery>): Promise<ProductPage> {
  let position = fromCursor(Position, cursor);
  if (position) return listProducts(category, limit, position);
  for (let number = 1; number < page; number++) {
    position = (await listProducts(category, limit, position)).next;
    if (!position) return { products: [] };
  }
  return listProducts(category, limit, position);
}

function linkTo({ category, limit }: z.infer<typeof ListProductsQuery>, cursor: string): string {
  const query = new URLSearchParams({ ...(category && { category }), limit: String(limit), cursor });
  return `/api/v1/products?${query}`;
}
