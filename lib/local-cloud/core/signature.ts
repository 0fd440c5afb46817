import { createHash, createHmac } from 'node:crypto';

/** A request as its signature covers it. */
export interface SignedRequest {
  method: string;
  /** As the client sent it: not decoded. */
  rawPath: string;
  /** Decoded. */
  query: [name: string, value: string][];
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** What a request says about its signature, in `Authorization` or, when it was presigned, in its query string. */
export interface Signature {
  accessKeyId: string;
  /** `20261122/us-east-1/execute-api/aws4_request` */
  scope: string;
  signedHeaders: string[];
  signature: string;
  /** `20261122T120000Z` */
  signedAt: string;
  sessionToken: string | undefined;
  /** Only for a presigned request. */
  expiresInSeconds?: number;
}

interface Verification {
  secretAccessKey: string;
  /** Of the endpoint: a signature for another one is not taken. */
  region: string;
  service: string;
  nowMs: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** How far the clock of who signs may be off. A request that was signed earlier has expired. */
const SKEW_MS = 5 * 60_000;

/** Undefined for a request that nobody signed, or not in this way. */
export function readSignature({ headers, query }: SignedRequest): Signature | undefined {
  const { authorization = '' } = headers;
  if (authorization.startsWith(`${ALGORITHM} `)) return readHeader(authorization.slice(ALGORITHM.length), headers);
  const parameters = new Map(query);
  return parameters.get('X-Amz-Algorithm') === ALGORITHM ? readQuery(parameters) : undefined;
}

function readHeader(text: string, headers: Record<string, string>): Signature | undefined {
  const fields = text.split(',').map((field) => field.trim().split('=', 2) as [string, string]);
  const { Credential = '', SignedHeaders = '', Signature: signature = '' } = Object.fromEntries(fields);
  const sessionToken = headers['x-amz-security-token'];
  return signatureOf(Credential, { SignedHeaders, signature, signedAt: headers['x-amz-date'], sessionToken });
}

function readQuery(parameters: Map<string, string>): Signature | undefined {
  const found = signatureOf(parameters.get('X-Amz-Credential') ?? '', {
    SignedHeaders: parameters.get('X-Amz-SignedHeaders') ?? '',
    signature: parameters.get('X-Amz-Signature') ?? '',
    signedAt: parameters.get('X-Amz-Date'),
    sessionToken: parameters.get('X-Amz-Security-Token'),
  });
  return found && { ...found, expiresInSeconds: Number(parameters.get('X-Amz-Expires')) };
}

interface Fields {
  SignedHeaders: string;
  signature: string;
  signedAt: string | undefined;
  sessionToken: string | undefined;
}

function signatureOf(credential: string, { SignedHeaders, signature, signedAt = '', sessionToken }: Fields) {
  const [accessKeyId = '', ...scope] = credential.split('/');
  if (!accessKeyId || scope.length !== 4 || !SignedHeaders || !signature || !/^\d{8}T\d{6}Z$/.test(signedAt)) {
    return undefined;
  }
  const signedHeaders = SignedHeaders.split(';');
  return { accessKeyId, scope: scope.join('/'), signedHeaders, signature, signedAt, sessionToken };
}

/**
 * Why AWS would not take the signature, in its words; undefined when it is good.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function refusalOf(request: SignedRequest, given: Signature, by: Verification): string | undefined {
  const date = given.signedAt.slice(0, 8);
  if (given.scope !== `${date}/${by.region}/${by.service}/aws4_request`) {
    return `Credential should be scoped to a valid region and service: ${by.region}, ${by.service}.`;
  }
  const untimely = untimeliness(given, by.nowMs);
  if (untimely) return untimely;
  const unsigned = mustBeSigned(request).filter((name) => !given.signedHeaders.includes(name));
  if (unsigned.length > 0) return `'${unsigned.join(', ')}' must be a 'SignedHeader' in the Authorization.`;
  if (computeSignature(request, given, by.secretAccessKey) === given.signature) return undefined;
  return 'The request signature we calculated does not match the signature you provided.';
}

function untimeliness({ signedAt, expiresInSeconds }: Signature, nowMs: number): string | undefined {
  const [year, month, day, hour, minute, second] = signedAt.match(/^\d{4}|\d{2}/g)?.map(Number) ?? [];
  const signedAtMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  const longest = expiresInSeconds === undefined ? SKEW_MS : expiresInSeconds * 1_000;
  if (signedAtMs - nowMs > SKEW_MS) return `Signature not yet current: ${signedAt}.`;
  // Written so that an expiry that is no number has passed.
  return nowMs - signedAtMs <= longest ? undefined : `Signature expired: ${signedAt}.`;
}

/** A signature that left out whom the request is for, or any of AWS's own headers, would be good for other requests. */
function mustBeSigned({ headers }: SignedRequest): string[] {
  return ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
}

export function computeSignature(
  request: SignedRequest,
  { scope, signedHeaders, signedAt }: Pick<Signature, 'scope' | 'signedHeaders' | 'signedAt'>,
  secretAccessKey: string,
): string {
  const toSign = [ALGORITHM, signedAt, scope, sha256(canonicalRequest(request, signedHeaders))].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}

function canonicalRequest({ method, rawPath, query, headers, body }: SignedRequest, signedHeaders: string[]): string {
  const lines = signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`);
  const parts = [method, canonicalPath(rawPath), canonicalQuery(query), lines.join(''), signedHeaders.join(';')];
  return [...parts, sha256(body)].join('\n');
}

/** Without `.`, `..` and empty segments, and encoded once more than it was sent (S3 alone does neither). */
function canonicalPath(rawPath: string): string {
  const segments: string[] = [];
  for (const segment of rawPath.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  const end = segments.length > 0 && rawPath.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${end}`;
}

function canonicalQuery(query: [string, string][]): string {
  const encoded = query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [encode(name), encode(value)]);
  const order = (a: string, b: string) => Number(a > b) - Number(a < b);
  return encoded
    .sort(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB))
    .map((pair) => pair.join('='))
    .join('&');
}

/** All but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
