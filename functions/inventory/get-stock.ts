import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { GetStock, stockToApi } from './inventory-api.ts';
import { readStock } from './stock-shards.ts';

export const handler = httpHandler(GetStock, async ({ params }) =>
  ok(stockToApi(await readStock(params.product_id ?? ''))),
);
