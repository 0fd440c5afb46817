import type { IncomingMessage } from 'node:http';
import { type ApiRequest, GatewayError } from './exchange.ts';

/** Quotas of HTTP APIs: the payload, and the request line with all header values. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;

/** Reads a request whole; undefined when the client went away before it was complete. */
export async function readRequest(message: IncomingMessage, port: number): Promise<ApiRequest | undefined> {
  if (headerBytes(message) > MAX_HEADER_BYTES) throw new GatewayError(431, 'Request Header Fields Too Large');
  const body = await readBody(message);
  if (!body) return undefined;
  const { headers, headerLists, cookies } = readHeaders(message, port, body);
  const [rawPath = '/', rawQueryString = ''] = splitOnce(message.url ?? '/', '?');
  return {
    method: message.method ?? 'GET',
    protocol: `HTTP/${message.httpVersion}`,
    rawPath,
    rawQueryString,
    headers,
    headerLists,
    cookies,
    query: [...new URLSearchParams(rawQueryString)],
    body,
    sourceIp: sourceIp(message),
    host: headers.host ?? `127.0.0.1:${port}`,
  };
}

function headerBytes(message: IncomingMessage): number {
  const line = `${message.method} ${message.url} HTTP/1.1`;
  return message.rawHeaders.reduce((sum, part) => sum + part.length, line.length);
}

async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  if (length === undefined && encoding === undefined) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // A request that is too large still gets its answer over this connection: it must outlive the loop.
    for await (const chunk of message.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) throw new GatewayError(413, 'Request Entity Too Large');
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    return undefined;
  }
  return Buffer.concat(chunks);
}

function readHeaders(message: IncomingMessage, port: number, body: Buffer) {
  const { cookie, ...lists } = message.headersDistinct;
  const headerLists: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(lists)) if (values) headerLists[name] = values;
  headerLists['x-forwarded-for'] = [[...(headerLists['x-forwarded-for'] ?? []), sourceIp(message)].join(', ')];
  headerLists['x-forwarded-port'] = [String(port)];
  headerLists['x-forwarded-proto'] = ['http'];
  headerLists['content-length'] = [String(body.length)];
  const headers = Object.fromEntries(Object.entries(headerLists).map(([name, values]) => [name, values.join(',')]));
  const cookies = (cookie ?? []).flatMap((line) => line.split(/;\s*/)).filter(Boolean);
  return { headers, headerLists, cookies };
}

function sourceIp(message: IncomingMessage): string {
  return (message.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
