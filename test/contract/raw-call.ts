import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
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
