// Not fetch: Node loads undici for it, 46 ms of a cold start, while the SDK has brought these two in already.
import http from 'node:http';
import https from 'node:https';
import type { AddressPolicy } from './address-policy.ts';
import { boundedText } from './bounded-text.ts';
import { hostOf } from './host-name.ts';
import { allowedAddressesOf, guardedLookup } from './resolve.ts';

export interface GetOptions {
  headers: Record<string, string>;
  signal: AbortSignal;
  /** For places that somebody else has named: where they may be. Connections are made to addresses that were checked. */
  policy?: AddressPolicy;
}

const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };

/** The answer to a GET. Rejects when there is none, when the service failed (5xx), when it is not JSON, and when it is too large. */
export async function getJson(url: URL, { headers, signal, policy }: GetOptions) {
  if (policy) await allowedAddressesOf(hostOf(url), policy);
  const secure = url.protocol === 'https:';
  const options = {
    headers: { accept: 'application/json', ...headers },
    signal,
    agent: secure ? agents.https : agents.http,
    ...(policy && { lookup: guardedLookup(policy) }),
  };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = secure ? https.get(url, options, resolve) : http.get(url, options, resolve);
    request.on('error', reject);
  });
  const body = await boundedText(response);
  const status = response.statusCode ?? 0;
  if (status >= 500) throw new Error(`${url.pathname} answered ${status}.`);
  return { status, body: JSON.parse(body) as unknown };
}
