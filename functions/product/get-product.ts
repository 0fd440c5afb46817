import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { etag, GetProduct, productToApi } from './product-api.ts';
import { readProduct } from './product-table.ts';

export const handler = httpHandler(GetProduct, async ({ params, version }) => {
  const product = await readProduct(params.product_id ?? '');
  return ok(productToApi(product, version), { etag: etag(product) });
});
