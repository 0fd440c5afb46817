import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';
import { CurrencyCode, Decimal } from '#lib/runtime/http/schemas.ts';
import { toDecimal } from '#lib/runtime/money.ts';
import type { Payment } from './payment.ts';

const PublicStatus = z.enum(['completed', 'failed', 'refunded']);
type PublicStatus = z.infer<typeof PublicStatus>;

export const GetPayment = defineRoute({
  operation: 'getPayment',
  route: 'GET /api/v1/payments/order/{order_id}',
  summary: 'Read the payment of an order, once its outcome is known.',
  auth: 'user',
  answers: {
    200: z.strictObject({
      payment_id: z.string(),
      order_id: z.string(),
      amount: Decimal,
      currency: CurrencyCode,
      status: PublicStatus,
      reason: z.nullable(z.string()),
    }),
  },
  problems: { 404: ['NOT_FOUND'] },
});

export const ReceiveWebhook = defineRoute({
  operation: 'receiveWebhook',
  route: 'POST /api/v1/payments/webhooks/{provider}',
  summary: 'Hear from the payment provider what became of a charge. Its signature of the body says who is calling.',
  auth: 'public',
  rawBody: z.looseObject({}),
  answers: { 202: z.strictObject({ received: z.literal(true) }) },
  problems: { 400: ['INVALID_SIGNATURE', 'VALIDATION_FAILED'], 404: ['NOT_FOUND'] },
});

/** `undefined` while nothing is to be told. While the money is on its way back it still counts as taken. */
function publicStatus({ status }: Payment): PublicStatus | undefined {
  switch (status) {
    case 'completed':
    case 'failed':
    case 'refunded':
      return status;
    case 'refunding':
      return 'completed';
    case 'attempting':
    case 'withdrawn':
      return undefined;
    default:
      return status satisfies never;
  }
}

/** `undefined` for a payment of which nothing is known yet, or that was never attempted. */
export function paymentToApi(payment: Payment) {
  const status = publicStatus(payment);
  const { payment_id, order_id, amount } = payment;
  const reason = 'reason' in payment ? payment.reason : null;
  return (
    status && { payment_id, order_id, amount: toDecimal(amount.amount), currency: amount.currency, status, reason }
  );
}
