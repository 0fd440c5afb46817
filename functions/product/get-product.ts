import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { etag, productToApi } from './product-api.ts';
import { readProduct } from './product-table.ts';

/** `GET /api/v1/products/{product_id}` */
export const handler = httpHandler({ auth: 'public' }, async ({ params }) => {
  const product = await readProduct(params.product_id ?? '');
  return ok(productToApi(product), { etag: etag(product) });
});
