import { createPublicKey, type KeyObject } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { errors, type JWTHeaderParameters, jwtVerify } from 'jose';
import { requiredEnv } from '../config.ts';
import { TokenCheckUnavailable, Unauthorized } from '../errors.ts';
import type { Caller, Role } from './caller.ts';

export const TOKEN_AUDIENCE = 'bazaar';

const kms = new KMSClient({});
let publicKey: Promise<KeyObject> | undefined;

/**
 * Checks the signature and the claims of a bearer token. The public key comes from KMS, once per environment: no
 * service depends on the user service being up. Throws {@link Unauthorized} for any token that is not ours and valid.
 */
export async function verifyToken(token: string): Promise<Caller> {
  try {
    const { payload } = await jwtVerify(token, publicKeyFor, {
      algorithms: ['ES256'],
      audience: TOKEN_AUDIENCE,
      issuer: requiredEnv('TOKEN_ISSUER'),
      requiredClaims: ['sub', 'exp', 'role'],
    });
    return { user_id: String(payload.sub), role: payload.role as Role };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new Unauthorized('The token is not valid or has expired: log in again.', { cause: error });
  }
}

/** Only keys that the stack names are looked up: a token cannot point us to a key of its own. */
function publicKeyFor(header: JWTHeaderParameters): Promise<KeyObject> {
  const keyArn = requiredEnv('TOKEN_KEY_ARN');
  if (!header.kid || !keyArn.endsWith(`key/${header.kid}`)) throw new errors.JWKSNoMatchingKey();
  publicKey ??= fetchPublicKey(keyArn).catch((error: unknown) => {
    publicKey = undefined;
    throw error;
  });
  return publicKey;
}

async function fetchPublicKey(keyArn: string): Promise<KeyObject> {
  try {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }));
    return createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new TokenCheckUnavailable('Tokens cannot be checked at the moment: try again.', { cause });
  }
}
