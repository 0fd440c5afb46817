import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '#lib/runtime/aws/signed-headers.ts';
import type { Json } from './shop.ts';

interface SignedCall {
  /** Whose credentials: they say which role calls. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  apiUrl: string;
  /** The time as the cloud has it. */
  now: number;
  headers?: Record<string, string>;
  body?: object;
  /** Headers that somebody puts in the place of those that were signed. */
  forged?: Record<string, string>;
}

/** Sends a request as any software with a role may, signed by an ordinary signer. @param route `GET /internal/v1/...` */
export async function signedCall(route: string, call: SignedCall): Promise<{ status: number; body: Json }> {
  const { credentials, apiUrl, now, headers, body, forged } = call;
  const [method = '', path = ''] = route.split(' ');
  const url = new URL(path, apiUrl);
  const text = body && JSON.stringify(body);
  const signer = new SignatureV4({ service: 'execute-api', region: 'us-east-1', credentials, sha256: Sha256 });
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, ...(text && { 'content-type': 'application/json' }), ...headers },
    body: text,
  };
  const signed = await signer.sign(request, { signingDate: new Date(now) });
  const response = await fetch(url, { method, headers: { ...signed.headers, ...forged }, body: text });
  const answer = await response.text();
  return { status: response.status, body: answer && JSON.parse(answer) };
}
