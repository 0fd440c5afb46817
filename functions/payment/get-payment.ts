import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { toDecimal } from '#lib/runtime/money.ts';
import type { Payment } from './payment.ts';
import { readPayment } from './payment-table.ts';

/** `GET /api/v1/payments/order/{order_id}`. A payment is told of once its outcome is known. */
export const handler = httpHandler({ auth: 'user' }, async ({ caller, params }) => {
  const payment = await readPayment(params.order_id ?? '');
  mustOwn(caller, payment.user_id, 'payment');
  const status = publicStatus(payment);
  if (!status) throw new NotFound('payment');
  return ok({
    payment_id: payment.payment_id,
    order_id: payment.order_id,
    amount: toDecimal(payment.amount.amount),
    currency: payment.amount.currency,
    status,
    reason: 'reason' in payment ? payment.reason : null,
  });
});

/** While the money is on its way back it still counts as taken. */
function publicStatus({ status }: Payment): string | undefined {
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
