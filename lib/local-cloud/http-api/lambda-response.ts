import { type ApiResponse, internalError } from './exchange.ts';
import type { PayloadVersion } from './lambda-event.ts';

/** The connection's own headers belong to API Gateway: what a function says of them is dropped. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'upgrade', 'te']);

/**
 * Turns what a function returned into the HTTP response. With payload 2.0 a result without `statusCode` is itself the
 * body of a 200; whatever else does not have the documented form is an internal error to the client.
 */
export function parseLambdaResponse(payload: string, version: PayloadVersion): ApiResponse {
  const result = parseJson(payload);
  if (isStructured(result)) return structuredResponse(result);
  if (version === '1.0') throw internalError();
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(typeof result === 'string' ? result : JSON.stringify(result)),
  };
}

function parseJson(payload: string): unknown {
  try {
    return payload === '' ? null : JSON.parse(payload);
  } catch (cause) {
    throw internalError(cause);
  }
}

function isStructured(result: unknown): result is Record<string, unknown> {
  return typeof result === 'object' && result !== null && 'statusCode' in result;
}

function structuredResponse(result: Record<string, unknown>): ApiResponse {
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) throw internalError();
  const body = bodyOf(result);
  const headers = headersOf(result);
  const cookies = [...listOf(result.cookies), ...setCookies(result)];
  if (body.length > 0) headers['content-type'] ??= 'text/plain; charset=utf-8';
  return { status, headers, cookies, body };
}

function bodyOf({ body, isBase64Encoded }: Record<string, unknown>): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') throw internalError();
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
}

function headersOf({ headers, multiValueHeaders }: Record<string, unknown>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of [...entriesOf(headers), ...entriesOf(multiValueHeaders)]) {
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || key === 'set-cookie') continue;
    result[key] = listOf(value).join(',');
  }
  return result;
}

function setCookies({ headers, multiValueHeaders }: Record<string, unknown>): string[] {
  return [...entriesOf(headers), ...entriesOf(multiValueHeaders)]
    .filter(([name]) => name.toLowerCase() === 'set-cookie')
    .flatMap(([, value]) => listOf(value));
}

function entriesOf(map: unknown): [string, unknown][] {
  if (map === undefined || map === null) return [];
  if (typeof map !== 'object' || Array.isArray(map)) throw internalError();
  return Object.entries(map).filter(([, value]) => value !== undefined && value !== null);
}

function listOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const values = Array.isArray(value) ? value : [value];
  if (values.some((item) => typeof item === 'object')) throw internalError();
  return values.map(String);
}
