import type { Money } from '#events/money.ts';

export interface ChargeRequest {
  /** Idempotency key: the provider charges once for it, however often it is asked. The order's id. */
  key: string;
  amount: Money;
  payment_method: string;
}

/** The same request as that of the charge, with what came of it, if that is known. */
export interface RefundRequest extends ChargeRequest {
  charge_id: string | undefined;
}

export type ChargeResult = { outcome: 'approved'; charge_id: string } | { outcome: 'declined'; reason: string };

export type RefundResult = { outcome: 'refunded' } | { outcome: 'nothing_charged' };

/** What the provider tells by itself, at any time, more than once and in any order. */
export interface ProviderNews {
  event_id: string;
  /** The idempotency key of the charge that it is about. */
  key: string;
  result: ChargeResult | { outcome: 'refunded' };
}

/** A request that says it comes from the provider. */
export interface Delivery {
  body: Buffer;
  headers: Record<string, string | undefined>;
  now: Date;
}

/** The port to whoever moves the money. */
export interface PaymentProvider {
  /** As the payment's row and the path of its webhooks call it. */
  readonly name: string;
  /** Rejects with {@link ProviderUnavailable}, {@link ProviderTimeout} or {@link ProviderContradiction}. */
  charge(request: ChargeRequest): Promise<ChargeResult>;
  /**
   * Gives back what was charged under the key; where nothing was, makes sure that nothing will be, as far as the
   * provider can. Rejects like `charge`.
   */
  refund(request: RefundRequest): Promise<RefundResult>;
  /** Rejects with `InvalidSignature` unless the provider has sent it just now. `undefined`: nothing that we listen to. */
  readNews(delivery: Delivery): Promise<ProviderNews | undefined>;
}

/** The provider did not do it, or failed: trying again under the same key is safe and may help. The saga retries on this name. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
  readonly code = 'payment_unavailable';
}

/**
 * The provider says one thing and its ledger another, or speaks of another charge: what became of the request is not
 * known. Trying again under the same key is safe, and may get a true answer; else the saga undoes.
 */
export class ProviderContradiction extends Error {
  override readonly name = 'ProviderContradiction';
  readonly code = 'payment_unavailable';
}

/** The provider did not answer in time: whether it charged is not known. The saga undoes on this name. */
export class ProviderTimeout extends Error {
  override readonly name = 'ProviderTimeout';
  readonly code = 'payment_timeout';
}
