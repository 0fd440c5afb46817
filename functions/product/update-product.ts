import { PreconditionFailed } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { update } from './product.ts';
import { etag, ProductRequest, productToApi, toDetails } from './product-api.ts';
import { readProduct, replaceProduct } from './product-table.ts';

/** `PUT /api/v1/products/{product_id}`, for administrators. `If-Match` guards against overwriting a newer version. */
export const handler = httpHandler(
  { auth: 'admin', body: ProductRequest },
  async ({ params, headers, body, cause, now }) => {
    for (;;) {
      const before = await readProduct(params.product_id ?? '');
      const expected = headers['if-match'] ?? '*';
      if (expected !== '*' && expected !== etag(before)) throw new PreconditionFailed();
      const product = await replaceProduct(update(before, toDetails(body), now), before.version, cause);
      if (product) return ok(productToApi(product), { etag: etag(product) });
    }
  },
);
