import { unlessMatched } from '#lib/runtime/http/etag.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { CATALOGUE_CACHING, etag, GetProduct, productToApi } from './product-api.ts';
import { readProduct } from './product-table.ts';

export const handler = httpHandler(GetProduct, async ({ params, headers, version }) => {
  const product = await readProduct(params.product_id ?? '');
  const caching = { ...CATALOGUE_CACHING, etag: etag(product, version) };
  return unlessMatched(headers['if-none-match'], ok(productToApi(product, version), caching));
});
