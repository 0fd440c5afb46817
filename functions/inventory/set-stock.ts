import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { SetStockRequest, stockToApi } from './stock-api.ts';
import { setOnHand } from './stock-table.ts';

/** `PUT /api/v1/inventory/{product_id}`, for administrators */
export const handler = httpHandler({ auth: 'admin', body: SetStockRequest }, async ({ params, body }) =>
  ok(stockToApi(await setOnHand(params.product_id ?? '', body.on_hand))),
);
