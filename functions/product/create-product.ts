import { IdempotencyKeyReused } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { created } from '#lib/runtime/http/response.ts';
import { fingerprint, idFromKey, newId } from '#lib/runtime/ids.ts';
import { create } from './product.ts';
import { etag, ProductRequest, productToApi, toDetails } from './product-api.ts';
import { insertProduct } from './product-table.ts';

/** `POST /api/v1/products`, for administrators */
export const handler = httpHandler(
  { auth: 'admin', body: ProductRequest, idempotencyKey: 'optional' },
  async ({ caller, body, idempotencyKey, cause, now }) => {
    const productId = idempotencyKey ? idFromKey(caller.user_id, idempotencyKey) : newId();
    const request = fingerprint(body);
    const product = await insertProduct(create(productId, toDetails(body), now), cause, request);
    if (product.request_fingerprint !== request) throw new IdempotencyKeyReused();
    return created(productToApi(product), { location: `/api/v1/products/${productId}`, etag: etag(product) });
  },
);
