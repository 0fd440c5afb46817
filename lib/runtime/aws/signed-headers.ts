import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { requiredEnv } from '../config.ts';

/** Gives a GET the headers that say which role sends it. A signature is good for five minutes, this URL and these headers. */
export type SignHeaders = (url: URL, headers: Record<string, string>) => Promise<Record<string, string>>;

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

/** Signs by whoever has these credentials, for routes of API Gateway that only allowed roles may call (SigV4). */
export function signedBy(credentials: () => Promise<Credentials>, region: string): SignHeaders {
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials,
    sha256: Sha256,
    // The body of a GET is empty: nobody has to be told its hash.
    applyChecksum: false,
  });
  return async (url, headers) => {
    const { protocol, hostname, host, pathname: path, searchParams } = url;
    const query = queryOf(searchParams);
    const request = { method: 'GET', protocol, hostname, path, query, headers: { ...headers, host } };
    return (await signer.sign(request)).headers;
  };
}

let byOwnRole: SignHeaders | undefined;

/** Signs by the role of the function. */
export const signedHeaders: SignHeaders = (url, headers) => {
  byOwnRole ??= signedBy(roleCredentials, requiredEnv('AWS_REGION'));
  return byOwnRole(url, headers);
};

/** Lambda puts them into the environment of the function. */
async function roleCredentials(): Promise<Credentials> {
  return {
    accessKeyId: requiredEnv('AWS_ACCESS_KEY_ID'),
    secretAccessKey: requiredEnv('AWS_SECRET_ACCESS_KEY'),
    sessionToken: requiredEnv('AWS_SESSION_TOKEN'),
  };
}

function queryOf(parameters: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]));
}

/** Node's own hash in the form that the signer wants. */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
