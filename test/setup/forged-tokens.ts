import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';

type Claims = Record<string, unknown>;

/** How a token is signed; the parts before it are given as they are signed. */
type Signer = (signed: string) => Buffer;

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

export function aToken(header: Claims, claims: Claims, signer: Signer): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${signer(signed).toString('base64url')}`;
}

export function decoded(token: string): { header: Claims; claims: Claims; signature: string } {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const parse = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims;
  return { header: parse(header), claims: parse(claims), signature };
}

/** Values of `Authorization` by what is wrong with them, made out of a token that is good and the published key. */
export function forgedAuthorizations(token: string, published: JsonWebKey): [what: string, authorization: string][] {
  const { header, claims, signature } = decoded(token);
  const admin = { ...claims, role: 'admin' };
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ownJwk = own.publicKey.export({ format: 'jwk' });
  const withOwnKey: Signer = (signed) =>
    sign('sha256', Buffer.from(signed), { key: own.privateKey, dsaEncoding: 'ieee-p1363' });
  const withOwnKeyInDer: Signer = (signed) => sign('sha256', Buffer.from(signed), own.privateKey);
  const theirs: Signer = () => Buffer.from(signature, 'base64url');
  const nothing: Signer = () => Buffer.alloc(0);
  const hmac =
    (key: string | Buffer): Signer =>
    (signed) =>
      createHmac('sha256', key).update(signed).digest();
  const theirKey = createPublicKey({ key: published, format: 'jwk' });
  const pem = theirKey.export({ type: 'spki', format: 'pem' });
  const der = theirKey.export({ type: 'spki', format: 'der' });
  const hs256 = { ...header, alg: 'HS256' };
  const [head = '', payload = ''] = token.split('.');

  const tokens: Record<string, string> = {
    'the algorithm none': aToken({ ...header, alg: 'none' }, admin, nothing),
    'the algorithm None': aToken({ ...header, alg: 'None' }, admin, nothing),
    'the algorithm nOnE and a signature': aToken({ ...header, alg: 'nOnE' }, admin, theirs),
    'no algorithm': aToken({ typ: 'JWT', kid: header.kid }, admin, theirs),
    'the published key as an HMAC secret (PEM)': aToken(hs256, admin, hmac(pem)),
    'the published key as an HMAC secret (DER)': aToken(hs256, admin, hmac(der)),
    'the published key as an HMAC secret (JWK)': aToken(hs256, admin, hmac(JSON.stringify(published))),
    'an empty HMAC secret': aToken(hs256, admin, hmac('')),
    'another key under the name of ours': aToken(header, admin, withOwnKey),
    'another key, its signature in DER': aToken(header, admin, withOwnKeyInDer),
    'another key that it brings along': aToken({ ...header, jwk: ownJwk }, admin, withOwnKey),
    'another key that it names by URL': aToken({ ...header, jku: 'https://example.com/jwks.json' }, admin, withOwnKey),
    'another key in a certificate': aToken({ ...header, x5c: [der.toString('base64')] }, admin, withOwnKey),
    'a key named by a path': aToken({ ...header, kid: '../../../../dev/null' }, admin, hmac('')),
    'a key named by a query': aToken({ ...header, kid: "x' UNION SELECT 'key" }, admin, hmac('key')),
    'a key that is a name of objects': aToken({ ...header, kid: '__proto__' }, admin, withOwnKey),
    'a signature of nothing but zeros': aToken(header, admin, () => Buffer.alloc(64)),
    'no signature': aToken(header, claims, nothing),
    'half a signature': aToken(header, claims, () => theirs('').subarray(0, 32)),
    'the role changed': aToken(header, admin, theirs),
    'the user changed': aToken(header, { ...claims, sub: 'somebody-else' }, theirs),
    'the end put off': aToken(header, { ...claims, exp: 4_102_444_800 }, theirs),
    'a field twice': `${head}.${Buffer.from(`{"role":"admin",${JSON.stringify(claims).slice(1)}`).toString('base64url')}.${signature}`,
    'a part too many': `${token}.${signature}`,
    'padding in it': `${head}.${payload}==.${signature}`,
  };
  return [
    ...Object.entries(tokens).map(([what, forged]): [string, string] => [what, `Bearer ${forged}`]),
    ['a good token in another scheme', `Basic ${token}`],
    ['a good token after a bad one', `Bearer a.b.c, Bearer ${token}`],
    ['a good token and no scheme', token],
  ];
}
