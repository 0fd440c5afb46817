import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import tls from 'node:tls';
import type { Answer } from '../setup/shop.ts';

export interface RawRequest {
  method: string;
  /** As it goes over the wire: nothing is encoded, and no `..` resolved, as `fetch` would. */
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer | undefined;
}

/** Sends a request just as it is. */
export async function rawCall(baseUrl: string, { body, ...request }: RawRequest): Promise<Answer> {
  const { protocol, hostname, port } = new URL(baseUrl);
  const client = protocol === 'https:' ? https : http;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const headers = { ...request.headers, ...length };
    client
      .request({ ...request, headers, hostname, port }, resolve)
      .on('error', reject)
      .end(body);
  });
  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    body: bodyOf(response, await text(response)),
  };
}

function headersOf({ headers }: http.IncomingMessage): Headers {
  const single = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new Headers(single);
}

function bodyOf({ headers }: http.IncomingMessage, body: string): unknown {
  if (body === '') return undefined;
  return /json/.test(headers['content-type'] ?? '') ? JSON.parse(body) : body;
}

/** Sends bytes as they are, over a connection of their own, and resolves to all that comes back before it is closed. */
export function rawBytes(baseUrl: string, bytes: string): Promise<string> {
  const { protocol, hostname, port } = new URL(baseUrl);
  const secure = protocol === 'https:';
  const where = { host: hostname, port: Number(port || (secure ? 443 : 80)) };
  return new Promise((resolve) => {
    const socket = secure ? tls.connect({ ...where, servername: hostname }) : net.connect(where);
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    // A server that has had enough may just hang up.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')));
    socket.end(Buffer.from(bytes, 'latin1'));
  });
}
