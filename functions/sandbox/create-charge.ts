import { IdempotencyKeyReused } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { fingerprint, newId } from '#lib/runtime/ids.ts';
import { mustHaveKey } from './api-key.ts';
import { charged, FLAKY_FAILURES } from './ledger.ts';
import { countAttempt, recordCharge } from './ledger-table.ts';
import { AnswerTimeout, ProviderUnavailable } from './outages.ts';
import { CreateCharge, toApi } from './sandbox-routes.ts';

export const handler = httpHandler(CreateCharge, async ({ headers, idempotencyKey: key = '', body, now }) => {
  await mustHaveKey(headers);
  const { payment_method } = body;
  if (payment_method === 'card_unavailable') throw new ProviderUnavailable();
  if (payment_method === 'card_flaky' && (await countAttempt(key)) <= FLAKY_FAILURES) throw new ProviderUnavailable();
  const entry = { ...charged(key, `ch_${newId()}`, body, now), fingerprint: fingerprint(body) };
  const standing = await recordCharge(entry);
  if (standing.fingerprint && standing.fingerprint !== entry.fingerprint) throw new IdempotencyKeyReused();
  if (payment_method === 'card_timeout') throw new AnswerTimeout();
  return ok(toApi(standing));
});
