import { mustOwn } from '#lib/runtime/auth/caller.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { GetPayment, paymentToApi } from './payment-api.ts';
import { readPayment } from './payment-table.ts';

export const handler = httpHandler(GetPayment, async ({ caller, params }) => {
  const payment = await readPayment(params.order_id ?? '');
  mustOwn(caller, payment.user_id, 'payment');
  const shown = paymentToApi(payment);
  if (!shown) throw new NotFound('payment');
  return ok(shown);
});
