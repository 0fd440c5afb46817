import Stripe from 'stripe';
import { log } from '#lib/runtime/log.ts';
import { REPLAY_WINDOW_SECONDS } from '#lib/runtime/webhook-signature.ts';
import { InvalidSignature } from './invalid-signature.ts';
import {
  type ChargeRequest,
  type ChargeResult,
  type Delivery,
  type PaymentProvider,
  type ProviderNews,
  ProviderTimeout,
  ProviderUnavailable,
  type RefundRequest,
  type RefundResult,
} from './payment-provider.ts';
import { chargeFailure, isAlreadyRefunded, isNotCancelable, isRefusal, preparationFailure } from './stripe-errors.ts';

/** All calls of a saga step together have less than its 10 s: for confirming, and for each other call, ms. */
const CONFIRM_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 2_000;

export interface StripeSettings {
  apiKey(): Promise<string>;
  signingSecrets(): Promise<string[]>;
  /** Where the API is, unless at Stripe's. */
  address?: Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'>;
  answerWithinMs?: number;
}

/**
 * Charges by Payment Intents, in two calls. Creating one moves no money, so it may be repeated under its idempotency
 * key by whoever wants to know its id; confirming it does; and once it is canceled, "no additional charges are made"
 * (docs.stripe.com/api/payment_intents/cancel), however late the confirmation comes.
 */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly #settings: StripeSettings;
  #client: Promise<Stripe> | undefined;

  constructor(settings: StripeSettings) {
    this.#settings = settings;
  }

  async charge(request: ChargeRequest): Promise<ChargeResult> {
    const stripe = await this.#stripe();
    try {
      const { id } = await open(stripe, request).catch((error: unknown) => {
        throw preparationFailure(error);
      });
      return await this.#confirm(stripe, id, request);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.info('card declined', { order_id: request.key, code: error.code, decline_code: error.decline_code });
      return { outcome: 'declined', reason: 'payment_declined' };
    }
  }

  async refund(request: RefundRequest): Promise<RefundResult> {
    const stripe = await this.#stripe();
    try {
      const intents = request.charge_id ? [request.charge_id] : await intentsOf(stripe, request);
      const isRefunded = await Promise.all(intents.map((id) => callOff(stripe, id)));
      return { outcome: isRefunded.includes(true) ? 'refunded' : 'nothing_charged' };
    } catch (error) {
      throw chargeFailure(error);
    }
  }

  async readNews({ body, headers, now }: Delivery): Promise<ProviderNews | undefined> {
    const secrets = await this.#settings.signingSecrets();
    const event = verified({ body, headers, now }, secrets);
    const about = subjectOf(event);
    return about?.key ? { event_id: event.id, key: about.key, result: about.result } : undefined;
  }

  async #confirm(stripe: Stripe, id: string, { key }: ChargeRequest): Promise<ChargeResult> {
    try {
      const options = {
        idempotencyKey: `${key}-confirm`,
        timeout: this.#settings.answerWithinMs ?? CONFIRM_WITHIN_MS,
      };
      // Nobody is there to answer a question of the bank: then it is a decline.
      const { status } = await stripe.paymentIntents.confirm(id, { error_on_requires_action: true }, options);
      if (status === 'succeeded') return { outcome: 'approved', charge_id: id };
      if (status === 'processing') throw new ProviderTimeout('Stripe does not know the outcome yet.');
      return { outcome: 'declined', reason: 'payment_declined' };
    } catch (error) {
      throw chargeFailure(error);
    }
  }

  #stripe(): Promise<Stripe> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<Stripe> {
    const { address, answerWithinMs = ANSWER_WITHIN_MS } = this.#settings;
    return new Stripe(await this.#settings.apiKey(), {
      // That of the package; another package is another version, which this line then says.
      apiVersion: '2026-10-28.endive',
      // The saga tries again. A connection that Lambda's freeze has closed is tried again even so.
      maxNetworkRetries: 0,
      timeout: answerWithinMs,
      telemetry: false,
      ...address,
    });
  }
}

/** The same parameters whenever it is repeated: under the same key Stripe answers as it did the first time, for 24 hours. */
function open(stripe: Stripe, { key, amount, payment_method }: ChargeRequest): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create(
    {
      amount: amount.amount,
      currency: amount.currency.toLowerCase(),
      payment_method,
      allowed_payment_method_types: ['card'],
      metadata: { order_id: key },
    },
    { idempotencyKey: key },
  );
}

/**
 * The intents of an order whose charge was never answered. Creating it again tells the id for as long as Stripe
 * remembers the key (docs.stripe.com/api/idempotent_requests: 24 hours); searching tells it of what is older than a
 * minute (docs.stripe.com/search: "don't use search for read-after-write flows"). Together they leave no gap.
 */
async function intentsOf(stripe: Stripe, request: ChargeRequest): Promise<string[]> {
  const query = `metadata["order_id"]:"${request.key.replaceAll(/["\\]/g, '\\$&')}"`;
  const [found, repeated] = await Promise.all([
    stripe.paymentIntents.search({ query }),
    open(stripe, request).catch((error: unknown) => {
      // It was refused the first time, so that there is none.
      if (isRefusal(error)) return undefined;
      throw error;
    }),
  ]);
  return [...new Set([...found.data, ...(repeated ? [repeated] : [])].map(({ id }) => id))];
}

/** Cancels the intent, or, where that is too late, gives its money back. Resolves to whether there was any. */
async function callOff(stripe: Stripe, id: string): Promise<boolean> {
  try {
    await stripe.paymentIntents.cancel(id);
    return false;
  } catch (error) {
    if (!isNotCancelable(error)) throw error;
  }
  const { status } = await stripe.paymentIntents.retrieve(id);
  if (status === 'canceled') return false;
  if (status !== 'succeeded') throw new ProviderUnavailable(`The intent is ${status}: it can be called off later.`);
  try {
    const refund = await stripe.refunds.create({ payment_intent: id }, { idempotencyKey: `${id}-refund` });
    if (refund.status === 'failed' || refund.status === 'canceled') {
      throw new Error(`Stripe could not refund ${id}: ${refund.failure_reason ?? refund.status}`);
    }
  } catch (error) {
    if (!isAlreadyRefunded(error)) throw error;
  }
  return true;
}

/** Throws {@link InvalidSignature} unless one of the secrets has signed it. */
function verified({ body, headers, now }: Delivery, secrets: string[]): Stripe.Event {
  const signature = headers['stripe-signature'] ?? '';
  let cause: unknown;
  for (const secret of secrets) {
    try {
      const [tolerance, at] = [REPLAY_WINDOW_SECONDS, now.getTime()];
      return Stripe.webhooks.constructEvent(body, signature, secret, tolerance, undefined, at);
    } catch (error) {
      cause = error;
    }
  }
  throw new InvalidSignature({ cause });
}

/** The order that an event is about, as its charge was told in `metadata`, and what it says of it. */
function subjectOf(event: Stripe.Event): { key: string | undefined; result: ProviderNews['result'] } | undefined {
  switch (event.type) {
    case 'payment_intent.succeeded': {
      const { id: charge_id, metadata } = event.data.object;
      return { key: metadata.order_id, result: { outcome: 'approved', charge_id } };
    }
    case 'payment_intent.payment_failed':
      return {
        key: event.data.object.metadata.order_id,
        result: { outcome: 'declined', reason: 'payment_declined' },
      };
    case 'charge.refunded':
      // Also told when a part of it was given back: `refunded` is true only when all of it was.
      return event.data.object.refunded
        ? { key: event.data.object.metadata.order_id, result: { outcome: 'refunded' } }
        : undefined;
    default:
      return undefined;
  }
}
