import type { JsonWebKey } from 'node:crypto';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { keyIdOf, publicKeyOf, tokenKeyArns } from '#lib/runtime/auth/token-keys.ts';
import { TOKEN_AUDIENCE } from '#lib/runtime/auth/verify-token.ts';
import { traced } from '#lib/runtime/aws/traced-client.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { newId } from '#lib/runtime/ids.ts';
import type { User } from './user.ts';

/** Tokens are short-lived, because one that is out cannot be called back. */
export const TOKEN_LIFETIME_SECONDS = 3_600;

const kms = traced(new KMSClient({}));

/** Signs an access token (JWT, ES256) with the key that never leaves KMS. */
export async function issueToken({ user_id, role }: User, now: Date): Promise<string> {
  const [KeyId = ''] = tokenKeyArns();
  const issuedAt = Math.floor(now.getTime() / 1000);
  const claims = {
    iss: requiredEnv('TOKEN_ISSUER'),
    aud: TOKEN_AUDIENCE,
    sub: user_id,
    role,
    iat: issuedAt,
    exp: issuedAt + TOKEN_LIFETIME_SECONDS,
    jti: newId(),
  };
  const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid: keyIdOf(KeyId) })}.${encode(claims)}`;
  const { Signature } = await kms.send(
    new SignCommand({
      KeyId,
      Message: Buffer.from(signed),
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
  );
  return `${signed}.${toJoseSignature(Buffer.from(Signature ?? [])).toString('base64url')}`;
}

/** The public halves of all keys whose tokens are accepted, for whoever wants to check our tokens (RFC 7517). */
export function publicJwks(): Promise<JsonWebKey[]> {
  return Promise.all(
    tokenKeyArns().map(async (arn) => {
      const key = await publicKeyOf(arn);
      return { ...key.export({ format: 'jwk' }), kid: keyIdOf(arn), alg: 'ES256', use: 'sig' };
    }),
  );
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** KMS answers `SEQUENCE { INTEGER r, INTEGER s }` in DER; a JWS wants r and s, 32 bytes each (RFC 7518, 3.4). */
function toJoseSignature(der: Buffer): Buffer {
  const rStart = 4;
  const rLength = der.readUInt8(3);
  const sStart = rStart + rLength + 2;
  const sLength = der.readUInt8(sStart - 1);
  return Buffer.concat([
    to32Bytes(der.subarray(rStart, rStart + rLength)),
    to32Bytes(der.subarray(sStart, sStart + sLength)),
  ]);
}

/** A DER integer has a leading zero where the number would read as negative, and none that it does not need. */
function to32Bytes(integer: Buffer): Buffer {
  const significant = integer.subarray(Math.max(0, integer.length - 32));
  return Buffer.concat([Buffer.alloc(32 - significant.length), significant]);
}
