import * as z from 'zod/mini';
import { log } from './log.ts';
import { getJson } from './outbound/get-json.ts';
import { inCall } from './tracing/call.ts';

export interface DiscoveryOptions {
  /** Where the registry lists services: `{ services: [{ name, instances: [{ host, port, status }] }] }`. */
  listUrl: string;
  /** How long the registry may take, ms. */
  timeoutMs?: number;
  /** The time, in ms; that of the machine unless a test says otherwise. */
  now?: () => number;
}

/** What is read of the registry's answer. */
const Services = z.object({
  services: z.array(
    z.object({
      name: z.string(),
      instances: z.array(z.object({ host: z.string(), port: z.int(), status: z.string() })),
    }),
  ),
});
type Services = z.infer<typeof Services>['services'];

/** The registry answers in a few milliseconds, or is in trouble: nobody waits for it. */
const TIMEOUT_MS = 300;
/** For so long an answer is taken as it is; for so long, too, a registry that has failed is left alone. */
const FRESH_MS = 5_000;
/** While the registry is down its last answer is good for so long: longer than most troubles, shorter than a day. */
const STALE_MS = 15 * 60_000;

/**
 * Finds the healthy instances of services, and does without the registry when it has to: then what it said last is as
 * good as anything, and who knows an address of their own has that.
 */
export class Discovery {
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #now: () => number;
  #known: { services: Services; atMs: number } | undefined;
  #askAgainAtMs = 0;
  #asking: Promise<void> | undefined;

  constructor({ listUrl, timeoutMs = TIMEOUT_MS, now = Date.now }: DiscoveryOptions) {
    this.#url = new URL(listUrl);
    this.#timeoutMs = timeoutMs;
    this.#now = now;
  }

  /** Base URLs of healthy instances, in no order; none when none is known. Never rejects. */
  async find(service: string, headers: Record<string, string> = {}): Promise<string[]> {
    if (this.#now() >= this.#askAgainAtMs) await this.#askOnce(headers);
    if (!this.#known || this.#now() - this.#known.atMs > STALE_MS) return [];
    const instances = this.#known.services.find(({ name }) => name === service)?.instances ?? [];
    return instances.filter(({ status }) => status === 'healthy').map(urlOf);
  }

  /** Those who come while the registry is being asked wait for the same answer. */
  #askOnce(headers: Record<string, string>): Promise<void> {
    this.#asking ??= this.#ask(headers).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask({ 'x-correlation-id': correlation_id = '', traceparent = '' }: Record<string, string>): Promise<void> {
    const headers = {
      ...(correlation_id && { 'x-correlation-id': correlation_id }),
      ...(traceparent && { traceparent }),
    };
    try {
      const call = { name: 'registry', method: 'GET', url: this.#url.pathname };
      const { body } = await inCall(call, headers, (traced) =>
        getJson(this.#url, { headers: traced, signal: AbortSignal.timeout(this.#timeoutMs) }),
      );
      this.#known = { services: Services.parse(body).services, atMs: this.#now() };
    } catch (error) {
      log.warn('registry not asked: going by what is known', { error });
    }
    this.#askAgainAtMs = this.#now() + FRESH_MS;
  }
}

/** The registry says host and port; what is on 443 speaks TLS. */
function urlOf({ host, port }: { host: string; port: number }): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === 443 ? `https://${name}` : `http://${name}:${port}`;
}
