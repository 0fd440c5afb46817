// Not fetch: Node loads undici for it, 46 ms of a cold start, while the SDK has brought these two in already.
import http from 'node:http';
import https from 'node:https';
import type { AddressPolicy } from '../outbound/address-policy.ts';
import { boundedText } from '../outbound/bounded-text.ts';
import { hostOf } from '../outbound/host-name.ts';
import { allowedAddressesOf, guardedLookup } from '../outbound/resolve.ts';

export interface OutgoingRequest {
  method: 'GET' | 'POST';
  url: string | URL;
  headers?: Record<string, string>;
  body?: string;
  /** From the connection to the end of the answer, ms. */
  timeoutMs: number;
  /** For places that somebody else has named: where they may be. Connections are made to addresses that were checked. */
  policy?: AddressPolicy;
}

export interface IncomingAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** There was no connection: the request has not been sent. */
export class NotReached extends Error {
  override readonly name = 'NotReached';
}

/** The request was sent, but not answered, or not in time: whether it had its effect is not known. */
export class NotAnswered extends Error {
  override readonly name = 'NotAnswered';
}

const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };

/**
 * Sends one request, which has to be one that may come twice: a connection that was kept open may have been closed by
 * the other side in the meantime, most of all while Lambda had frozen the function; then it is sent anew.
 * Rejects with {@link NotReached} or {@link NotAnswered}, and with `AddressNotAllowed`; any status is an answer.
 */
export async function send(request: OutgoingRequest): Promise<IncomingAnswer> {
  if (request.policy) await allowedAddressesOf(hostOf(new URL(request.url)), request.policy);
  try {
    return await sendOnce(request);
  } catch (error) {
    if (!isStale(error)) throw error;
    return sendOnce(request);
  }
}

class StaleConnection extends NotAnswered {}

function isStale(error: unknown): boolean {
  return error instanceof StaleConnection;
}

function sendOnce({ method, url, headers, body, timeoutMs, policy }: OutgoingRequest): Promise<IncomingAnswer> {
  const { href, protocol, host } = new URL(url);
  const secure = protocol === 'https:';
  const signal = AbortSignal.timeout(timeoutMs);
  const lookup = policy && guardedLookup(policy);
  const options = { method, headers, signal, lookup, agent: agents[secure ? 'https:' : 'http:'] };
  return new Promise((resolve, reject) => {
    const answered = (response: http.IncomingMessage) => {
      const { statusCode: status = 0, headers: received } = response;
      boundedText(response).then(
        (whole) => resolve({ status, headers: received, body: whole }),
        (cause) => reject(new NotAnswered(`${host} did not answer to the end.`, { cause })),
      );
    };
    const request = secure ? https.request(href, options, answered) : http.request(href, options, answered);
    let connected = false;
    request.on('socket', (socket) => {
      connected = !socket.connecting;
      // One that is used again would keep a listener of each of its requests.
      if (connected) return;
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true;
      });
    });
    request.on('error', (cause: NodeJS.ErrnoException) => {
      if (!connected) return reject(new NotReached(`${host} was not reached.`, { cause }));
      const stale = request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(cause.code ?? '');
      return reject(new (stale ? StaleConnection : NotAnswered)(`${host} did not answer.`, { cause }));
    });
    request.end(body);
  });
}
