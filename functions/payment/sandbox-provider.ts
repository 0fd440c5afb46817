import * as z from 'zod/mini';
import { ValidationFailed } from '#lib/runtime/errors.ts';
import { type IncomingAnswer, NotAnswered, NotReached, send } from '#lib/runtime/http/http-client.ts';
import { parsedJson } from '#lib/runtime/http/json-body.ts';
import { inPart } from '#lib/runtime/tracing/traced.ts';
import { isSigned } from '#lib/runtime/webhook-signature.ts';
import { Charge, isBelievable } from './agreement.ts';
import { InvalidSignature } from './invalid-signature.ts';
import {
  type ChargeRequest,
  type ChargeResult,
  type Delivery,
  type PaymentProvider,
  ProviderContradiction,
  type ProviderNews,
  ProviderTimeout,
  ProviderUnavailable,
  type RefundRequest,
  type RefundResult,
} from './payment-provider.ts';

/** How long an answer and the look into the ledger may take, ms: long for a cold start at the other end, and less than the 10 s of a saga step. */
const ANSWER_WITHIN_MS = 8_000;

export interface SandboxSettings {
  baseUrl: string;
  /** Where it is to tell us what became of a charge. */
  webhookUrl: string;
  apiKey(): Promise<string>;
  /** Those that it may sign with: two while the secret is changed. */
  signingSecrets(): Promise<string[]>;
  /** Called when it was caught at saying what is not so. */
  contradicted(): void;
  answerWithinMs?: number;
}

interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: object;
  headers?: Record<string, string>;
}

const News = z.object({
  event_id: z.string(),
  type: z.string(),
  charge: z.object({ key: z.string(), charge_id: z.string() }),
});

/**
 * The provider of the stack `Bazaar-Sandbox`, reached over HTTP like any other. What it answers is compared with its
 * ledger: it may have failed to do what it says, or have done what it denies.
 */
export class SandboxProvider implements PaymentProvider {
  readonly name = 'sandbox';
  readonly #settings: SandboxSettings;

  constructor(settings: SandboxSettings) {
    this.#settings = settings;
  }

  async charge({ key, amount, payment_method }: ChargeRequest): Promise<ChargeResult> {
    const request = { amount, payment_method, webhook_url: this.#settings.webhookUrl };
    const headers = { 'idempotency-key': key };
    const call = { method: 'POST', path: '/v1/charges', body: request, headers } as const;
    const { status, charge_id } = await this.#compared(call, { key, amount });
    if (status === 'charged') return { outcome: 'approved', charge_id: charge_id ?? '' };
    return { outcome: 'declined', reason: 'payment_declined' };
  }

  async refund({ key, amount }: RefundRequest): Promise<RefundResult> {
    const { status } = await this.#compared({ method: 'POST', path: '/v1/refunds', body: { key } }, { key, amount });
    if (status === 'charged') throw this.#contradiction(key);
    return { outcome: status === 'refunded' ? 'refunded' : 'nothing_charged' };
  }

  async readNews({ body, headers, now }: Delivery): Promise<ProviderNews | undefined> {
    const signature = headers['sandbox-signature'];
    if (!isSigned({ body, signature }, await this.#settings.signingSecrets(), now)) throw new InvalidSignature();
    const { event_id, type, charge } = newsIn(body);
    const result = resultOf(type, charge.charge_id);
    return result && { event_id, key: charge.key, result };
  }

  /** The answer to the call, when the ledger says the same. */
  async #compared(call: Call, asked: Pick<ChargeRequest, 'key' | 'amount'>): Promise<Charge> {
    const startedAt = performance.now();
    const allowedMs = this.#settings.answerWithinMs ?? ANSWER_WITHIN_MS;
    const said = await this.#send(call, allowedMs);
    const look: Call = { method: 'GET', path: `/v1/charges/${encodeURIComponent(asked.key)}` };
    const leftMs = Math.max(1, Math.round(allowedMs - (performance.now() - startedAt)));
    const stands = await this.#send(look, leftMs).catch((cause: unknown) => {
      throw new ProviderUnavailable('The provider does not show its ledger.', { cause });
    });
    if (!isBelievable(said, stands, asked)) throw this.#contradiction(asked.key);
    return said;
  }

  #contradiction(key: string): ProviderContradiction {
    this.#settings.contradicted();
    return new ProviderContradiction(`What the provider says of ${key} is not what its ledger says.`);
  }

  async #send({ method, path, body, headers = {} }: Call, timeoutMs: number): Promise<Charge> {
    const authorization = `Bearer ${await this.#settings.apiKey()}`;
    const request = {
      method,
      url: new URL(path, this.#settings.baseUrl),
      headers: { ...headers, authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      timeoutMs,
    };
    // Another company is told nothing of our traces.
    const http = { request: { method, url: request.url.host } };
    const sent = inPart({ name: 'payment provider', namespace: 'remote', http }, () => send(request));
    const answer = await sent.catch((cause: unknown) => {
      if (cause instanceof NotReached) throw new ProviderUnavailable('The provider was not reached.', { cause });
      if (cause instanceof NotAnswered) throw new ProviderTimeout('The provider did not answer.', { cause });
      throw cause;
    });
    return Charge.parse(JSON.parse(accepted(answer).body));
  }
}

function newsIn(body: Buffer): z.infer<typeof News> {
  const { success, data } = News.safeParse(parsedJson(body));
  if (!success) throw new ValidationFailed([], { message: 'The body is not what this provider tells of a charge.' });
  return data;
}

/** A gateway's 504 says that somebody behind it has not answered: what became of the request is as open as without it. */
function accepted(answer: IncomingAnswer): IncomingAnswer {
  const { status } = answer;
  if (status === 504) throw new ProviderTimeout('The provider did not answer.');
  if (status === 429 || status >= 500) throw new ProviderUnavailable(`The provider answered ${status}.`);
  // Not its words: they may repeat what was sent, and errors go to the log.
  if (status !== 200) throw new Error(`The provider refused the request: ${status}`);
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
