import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { SetStock, stockToApi } from './inventory-api.ts';
import { setOnHand } from './stock-shards.ts';

export const handler = httpHandler(SetStock, async ({ params, body }) =>
  ok(stockToApi(await setOnHand(params.product_id ?? '', body.on_hand, body.shards))),
);
