import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '#lib/runtime/aws/signed-headers.ts';

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

/** Sends a request as software with a role does that is not ours: signed by an ordinary signer. */
export async function signedCall(
  credentials: Credentials,
  route: string,
  { apiUrl, body }: { apiUrl: string; body?: object },
) {
  const [method = '', path = ''] = route.split(' ');
  const url = new URL(path, apiUrl);
  const text = body && JSON.stringify(body);
  const signer = new SignatureV4({ service: 'execute-api', region: 'us-east-1', credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(text && { 'content-type': 'application/json' }) },
    body: text,
  });
  const response = await fetch(url, { method, headers, body: text });
  const answer = await response.text();
  return { status: response.status, body: answer && JSON.parse(answer) };
}
