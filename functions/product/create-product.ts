import { IdempotencyKeyReused } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { created } from '#lib/runtime/http/response.ts';
import { fingerprint, idFromKey, newId } from '#lib/runtime/ids.ts';
import { create } from './product.ts';
import { CreateProduct, etag, productToApi } from './product-api.ts';
import { insertProduct } from './product-table.ts';

export const handler = httpHandler(CreateProduct, async ({ caller, body, idempotencyKey, version, cause, now }) => {
  const productId = idempotencyKey ? idFromKey(caller.user_id, idempotencyKey) : newId();
  const request = fingerprint(body);
  const product = await insertProduct(create(productId, body, now), cause, request);
  if (product.request_fingerprint !== request) throw new IdempotencyKeyReused();
  const headers = { location: `/api/v${version}/products/${productId}`, etag: etag(product, version) };
  return created(productToApi(product, version), headers);
});
