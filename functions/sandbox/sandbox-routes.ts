import * as z from 'zod/mini';
import { Money } from '#events/money.ts';
import { defineRoute } from '#lib/runtime/http/route.ts';
import type { Entry } from './ledger.ts';

// Not among the shop's own contracts (`*-api.ts`): this is the API of another company, that the sandbox plays.
// Callers show their key as `Authorization: Bearer <key>`.

const Status = z.enum(['charged', 'declined', 'refunded', 'void']);
const Charge = z.strictObject({
  key: z.string(),
  status: Status,
  charge_id: z.nullable(z.string()),
  amount: z.nullable(Money),
});

export const CreateCharge = defineRoute({
  operation: 'createCharge',
  route: 'POST /v1/charges',
  summary: 'Charge a card, once for each Idempotency-Key.',
  auth: 'public',
  idempotencyKey: 'required',
  body: z.strictObject({
    amount: Money,
    payment_method: z.string().check(z.maxLength(200)),
    /** Where the outcome is told, too: it may come sooner than the answer, or when no answer comes. */
    webhook_url: z.url({ protocol: /^https?$/ }),
  }),
  answers: { 200: Charge },
  problems: {
    401: ['UNAUTHORIZED'],
    422: ['IDEMPOTENCY_KEY_REUSED'],
    503: ['PROVIDER_UNAVAILABLE'],
    504: ['ANSWER_TIMEOUT'],
  },
});

export const GetCharge = defineRoute({
  operation: 'getCharge',
  route: 'GET /v1/charges/{key}',
  summary: 'Read what was done under an idempotency key.',
  auth: 'public',
  answers: { 200: Charge },
  problems: { 401: ['UNAUTHORIZED'], 404: ['NOT_FOUND'] },
});

export const CreateRefund = defineRoute({
  operation: 'createRefund',
  route: 'POST /v1/refunds',
  summary: 'Give a charge back, or call off one that was not made. Repeated, it changes nothing more.',
  auth: 'public',
  body: z.strictObject({ key: z.string().check(z.minLength(1), z.maxLength(255)) }),
  answers: { 200: Charge },
  problems: { 401: ['UNAUTHORIZED'] },
});

export function toApi({ key, status, charge_id, amount }: Entry) {
  return { key, status, charge_id: charge_id ?? null, amount: amount ?? null };
}
