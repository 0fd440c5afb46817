import type { Payment } from './payment.ts';
import type { PaymentProvider, RefundResult } from './payment-provider.ts';

/**
 * Asks the provider for the money of a payment. Who dies before it has recorded the answer is repeated, by the saga or
 * by the provider with its news, and asks again: that changes nothing more.
 */
export function askBack(provider: PaymentProvider, payment: Payment): Promise<RefundResult> {
  const { order_id: key, amount, payment_method, charge_id, provider: charger = 'sandbox' } = payment;
  if (charger !== provider.name) throw new Error(`The money of order ${key} is with ${charger}: refund it there.`);
  return provider.refund({ key, amount, payment_method, charge_id });
}
