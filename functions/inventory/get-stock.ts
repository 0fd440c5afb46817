import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { stockToApi } from './stock-api.ts';
import { readStock } from './stock-table.ts';

/** `GET /api/v1/inventory/{product_id}` */
export const handler = httpHandler({ auth: 'user' }, async ({ params }) =>
  ok(stockToApi(await readStock(params.product_id ?? ''))),
);
