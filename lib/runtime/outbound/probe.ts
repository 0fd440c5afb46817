import http from 'node:http';
import https from 'node:https';
import type { AddressPolicy } from './address-policy.ts';
import { hostOf } from './host-name.ts';
import { allowedAddressesOf, pinnedTo, type Resolve } from './resolve.ts';

export interface ProbeOptions {
  policy: AddressPolicy;
  /** For the answer, once the name is resolved, ms. */
  timeoutMs: number;
  headers?: Record<string, string>;
  resolve?: Resolve;
}

/**
 * The status that a GET of the URL is answered with. Only the head of the answer is read, redirects are not followed,
 * and the connection, a new one each time, goes to an address that the policy allows. Rejects when there is no answer
 * in time.
 */
export async function probe(url: URL, { policy, timeoutMs, headers, resolve }: ProbeOptions): Promise<number> {
  const lookup = pinnedTo(await allowedAddressesOf(hostOf(url), policy, resolve));
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { agent: false, headers, signal, lookup };
  return new Promise((answered, failed) => {
    const onResponse = (response: http.IncomingMessage) => {
      answered(response.statusCode ?? 0);
      response.destroy();
    };
    const request =
      url.protocol === 'https:' ? https.get(url, options, onResponse) : http.get(url, options, onResponse);
    request.on('error', failed);
  });
}
