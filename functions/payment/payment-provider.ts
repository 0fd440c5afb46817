import type { Money } from '#events/money.ts';

export interface ChargeRequest {
  /** Idempotency key: the provider charges once for it, however often it is asked. The order's id. */
  key: string;
  amount: Money;
  payment_method: string;
}

export type ChargeResult = { outcome: 'approved'; charge_id: string } | { outcome: 'declined'; reason: string };

export type RefundResult = { outcome: 'refunded' } | { outcome: 'nothing_charged' };

/** The port to whoever moves the money. */
export interface PaymentProvider {
  /** Rejects with {@link ProviderUnavailable} or {@link ProviderTimeout}. */
  charge(request: ChargeRequest): Promise<ChargeResult>;
  /**
   * Gives back what was charged under the key; where nothing was, makes sure that nothing will be.
   * Rejects like `charge`.
   */
  refund(key: string): Promise<RefundResult>;
}

/** The provider did not take the request: nothing was charged, trying again may help. The saga retries on this name. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
  readonly code = 'payment_unavailable';
}

/** The provider did not answer in time: whether it charged is not known. The saga undoes on this name. */
export class ProviderTimeout extends Error {
  override readonly name = 'ProviderTimeout';
  readonly code = 'payment_timeout';
}
