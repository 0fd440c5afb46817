import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { mustHaveKey } from './api-key.ts';
import { recordRefund } from './ledger-table.ts';
import { CreateRefund, toApi } from './sandbox-routes.ts';

export const handler = httpHandler(CreateRefund, async ({ headers, body, now }) => {
  await mustHaveKey(headers);
  return ok(toApi(await recordRefund(body.key, now)));
});
