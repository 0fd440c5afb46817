import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { AwsError, UnsupportedError } from './aws-error.ts';
import type { CallContext } from './service.ts';

/** More than any AWS service takes in one request (DynamoDB: 16 MB), so that a mistake does not fill the memory. */
const MOST_BODY_BYTES = 32 * 1024 * 1024;

/** A request to the endpoint, read whole. */
export interface WireRequest {
  method: string;
  /** Still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  /** Why the body could not be read, which is then empty. */
  problem?: AwsError;
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
  if (error instanceof UnsupportedError) {
    return { code: 'ValidationException', message: error.message, status: 400, fields: {}, by: 'Sender' };
  }
  if (isStackOverflow(error)) {
    const message = 'The request is nested too deeply.';
    return { code: 'SerializationException', message, status: 400, fields: {}, by: 'Sender' };
  }
  const message = 'The embedded cloud failed while it handled this request; its log says why.';
  return { code: 'InternalFailure', message, status: 500, fields: {}, by: 'Receiver' };
}

/** Values nested some thousand levels deep overflow the stack of whoever walks them; no real request is like that. */
function isStackOverflow(error: unknown): boolean {
  const { name, message } = (error ?? {}) as Partial<Error>;
  return name === 'RangeError' && message?.includes('call stack') === true;
}

/** A body, or why it could not be read; that is answered in the words of the request's protocol. */
export interface ReadBody {
  body: Buffer;
  problem?: AwsError;
}

export async function readBody(message: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Beyond the limit the rest is read and dropped: clients listen to the answer only when they have sent everything.
    if (length <= MOST_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > MOST_BODY_BYTES) return { body: Buffer.alloc(0), problem: tooLarge() };
  const body = Buffer.concat(chunks);
  return message.headers['content-encoding'] === 'gzip' ? unzip(body) : { body };
}

function unzip(zipped: Buffer): ReadBody {
  try {
    return { body: gunzipSync(zipped, { maxOutputLength: MOST_BODY_BYTES }) };
  } catch (cause) {
    const bomb = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const problem = bomb
      ? tooLarge()
      : new AwsError('SerializationException', 'The request body is not valid gzip, as its content-encoding says.');
    return { body: Buffer.alloc(0), problem };
  }
}

function tooLarge(): AwsError {
  const message = `Request must be smaller than ${MOST_BODY_BYTES} bytes for the embedded cloud.`;
  return new AwsError('RequestEntityTooLargeException', message, 413);
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
