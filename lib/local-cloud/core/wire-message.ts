import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { AwsError } from './aws-error.ts';
import type { CallContext } from './service.ts';

/** A request to the endpoint, read whole. */
export interface WireRequest {
  method: string;
  /** Still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  requestId: string;
  context: CallContext;
}

export interface WireReply {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** What any error becomes on its way to the client. */
export interface Fault {
  code: string;
  message: string;
  status: number;
  fields: Record<string, unknown>;
  /** Whose fault it is, in the words of the protocols. */
  by: 'Sender' | 'Receiver';
}

/** An error that is not an AwsError is a mistake in the embedded cloud; the client learns no more than on AWS. */
export function toFault(error: unknown): Fault {
  if (error instanceof AwsError) {
    const { code, message, status, fields } = error;
    return { code, message, status, fields, by: status < 500 ? 'Sender' : 'Receiver' };
  }
  const message = 'The embedded cloud failed while it handled this request; its log says why.';
  return { code: 'InternalFailure', message, status: 500, fields: {}, by: 'Receiver' };
}

export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const body = await buffer(message);
  return message.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

export function flattenHeaders(message: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** What a SigV4 signature says: `Credential=<access key id>/<date>/<region>/<service>/aws4_request`. */
export interface Credential {
  accessKeyId: string;
  service: string;
}

/** The credential of a signed or presigned request. The signature itself proves nothing here and is not checked. */
export function readCredential(headers: Record<string, string>, query: URLSearchParams): Credential | undefined {
  const signed = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const [accessKeyId, , , service] = (signed ?? query.get('X-Amz-Credential') ?? '').split('/');
  return accessKeyId && service ? { accessKeyId, service } : undefined;
}

/** JSON as the AWS JSON protocols write it: bytes in base64, times in seconds since the epoch. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value ?? {}, function (this: Record<string, unknown>, key, converted) {
    // Buffer and Date convert themselves before a replacer sees them; the holder still has the original.
    const original = this[key];
    if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
    if (original instanceof Date) return original.getTime() / 1000;
    return converted;
  });
}

/** Throws SerializationException when the body is not a JSON object. */
export function readJson(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch (cause) {
    throw Object.assign(new AwsError('SerializationException', 'The request body is not valid JSON.'), { cause });
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}
