import { NotFound } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { mustHaveKey } from './api-key.ts';
import { readEntry } from './ledger-table.ts';
import { GetCharge, toApi } from './sandbox-routes.ts';

export const handler = httpHandler(GetCharge, async ({ headers, params }) => {
  await mustHaveKey(headers);
  const entry = await readEntry(params.key ?? '');
  if (!entry) throw new NotFound('charge');
  return ok(toApi(entry));
});
