import { mustMatch } from '#lib/runtime/http/etag.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { update } from './product.ts';
import { etag, etagsOf, productToApi, UpdateProduct } from './product-api.ts';
import { readProduct, replaceProduct } from './product-table.ts';

export const handler = httpHandler(UpdateProduct, async ({ params, headers, body, version, cause, now }) => {
  for (;;) {
    const before = await readProduct(params.product_id ?? '');
    mustMatch(headers['if-match'], etagsOf(before));
    const product = await replaceProduct(update(before, body, now), before.version, cause);
    if (product) return ok(productToApi(product, version), { etag: etag(product, version) });
  }
});
