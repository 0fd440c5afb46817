import * as z from 'zod/mini';
import { type IncomingAnswer, NotAnswered, NotReached, send } from '#lib/runtime/http/http-client.ts';
import { isSigned } from '#lib/runtime/webhook-signature.ts';
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

/** How long an answer may take, ms: long for a cold start at the other end, and less than the 10 s of a saga step. */
const ANSWER_WITHIN_MS = 8_000;

export interface SandboxSettings {
  baseUrl: string;
  /** Where it is to tell us what became of a charge. */
  webhookUrl: string;
  apiKey(): Promise<string>;
  /** Those that it may sign with: two while the secret is changed. */
  signingSecrets(): Promise<string[]>;
  answerWithinMs?: number;
}

const Charge = z.object({ status: z.string(), charge_id: z.nullable(z.string()) });
const News = z.object({
  event_id: z.string(),
  type: z.string(),
  charge: z.object({ key: z.string(), charge_id: z.string() }),
});

/** The provider of the stack `Bazaar-Sandbox`, reached over HTTP like any other. */
export class SandboxProvider implements PaymentProvider {
  readonly name = 'sandbox';
  readonly #settings: SandboxSettings;

  constructor(settings: SandboxSettings) {
    this.#settings = settings;
  }

  async charge({ key, amount, payment_method }: ChargeRequest): Promise<ChargeResult> {
    const request = { amount, payment_method, webhook_url: this.#settings.webhookUrl };
    const { status, charge_id } = await this.#post('/v1/charges', request, { 'idempotency-key': key });
    if (status === 'charged') return { outcome: 'approved', charge_id: charge_id ?? '' };
    return { outcome: 'declined', reason: 'payment_declined' };
  }

  async refund({ key }: RefundRequest): Promise<RefundResult> {
    const { status } = await this.#post('/v1/refunds', { key });
    return { outcome: status === 'refunded' ? 'refunded' : 'nothing_charged' };
  }

  async readNews({ body, headers, now }: Delivery): Promise<ProviderNews | undefined> {
    const signature = headers['sandbox-signature'];
    if (!isSigned({ body, signature }, await this.#settings.signingSecrets(), now)) throw new InvalidSignature();
    const { event_id, type, charge } = News.parse(JSON.parse(body.toString('utf8')));
    const result = resultOf(type, charge.charge_id);
    return result && { event_id, key: charge.key, result };
  }

  async #post(path: string, body: object, headers: Record<string, string> = {}) {
    const authorization = `Bearer ${await this.#settings.apiKey()}`;
    const request = {
      method: 'POST' as const,
      url: new URL(path, this.#settings.baseUrl),
      headers: { ...headers, authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeoutMs: this.#settings.answerWithinMs ?? ANSWER_WITHIN_MS,
    };
    const answer = await send(request).catch((cause: unknown) => {
      if (cause instanceof NotReached) throw new ProviderUnavailable('The provider was not reached.', { cause });
      if (cause instanceof NotAnswered) throw new ProviderTimeout('The provider did not answer.', { cause });
      throw cause;
    });
    return Charge.parse(JSON.parse(accepted(answer).body));
  }
}

/** A gateway's 504 says that somebody behind it has not answered: what became of the request is as open as without it. */
function accepted(answer: IncomingAnswer): IncomingAnswer {
  const { status } = answer;
  if (status === 504) throw new ProviderTimeout('The provider did not answer.');
  if (status === 429 || status >= 500) throw new ProviderUnavailable(`The provider answered ${status}.`);
  if (status !== 200) throw new Error(`The provider refused the request: ${status} ${answer.body}`);
  return answer;
}

function resultOf(type: string, charge_id: string): ProviderNews['result'] | undefined {
  switch (type) {
    case 'charge.succeeded':
      return { outcome: 'approved', charge_id };
    case 'charge.failed':
      return { outcome: 'declined', reason: 'payment_declined' };
    case 'charge.refunded':
      return { outcome: 'refunded' };
    default:
      return undefined;
  }
}
