// Not fetch: it hides hop-by-hop headers, decompresses bodies, and Node loads it in 46 ms of a cold start.
import http from 'node:http';
import https from 'node:https';
import { addressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import { hostOf } from '#lib/runtime/outbound/host-name.ts';
import { AddressNotAllowed, allowedAddressesOf, pinnedTo } from '#lib/runtime/outbound/resolve.ts';
import { LARGEST_ANSWER_BYTES, type ServiceAnswer, tooLarge } from './answer-to-client.ts';
import { BadGateway } from './gateway-problems.ts';
import type { ServiceRequest } from './request-to-service.ts';

const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };

/**
 * Sends a request to an instance and reads its answer whole. The address was allowed when the instance registered, and
 * has to be when the connection is made: a name may lead elsewhere by now. Rejects with whatever went wrong on the way.
 */
export async function send(instance: string, request: ServiceRequest, signal: AbortSignal): Promise<ServiceAnswer> {
  const url = new URL(instance);
  const lookup = pinnedTo(await addressesOf(url));
  const message = await open(url, request, { signal, lookup });
  return { status: message.statusCode ?? 502, headers: message.headers, body: await bodyOf(message) };
}

async function addressesOf(url: URL) {
  try {
    return await allowedAddressesOf(hostOf(url), addressPolicy());
  } catch (cause) {
    if (!(cause instanceof AddressNotAllowed)) throw cause;
    throw new BadGateway('The service is registered with an address that requests are not sent to.', { cause });
  }
}

/** Host and port of the URL, the path of the request as it is: a URL would put it in another form. */
function open(
  url: URL,
  { body, ...request }: ServiceRequest,
  how: Pick<http.RequestOptions, 'signal' | 'lookup'>,
): Promise<http.IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port || (isSecure ? 443 : 80));
  const options = { host: hostOf(url), port, ...request, ...how, agent: isSecure ? agents.https : agents.http };
  return new Promise((resolve, reject) => {
    const sent = isSecure ? https.request(options, resolve) : http.request(options, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

async function bodyOf(message: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > LARGEST_ANSWER_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
