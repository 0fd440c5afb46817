import type { KeyObject } from 'node:crypto';
import { errors, type JWTHeaderParameters, jwtVerify } from 'jose';
import { requiredEnv } from '../config.ts';
import { Unauthorized } from '../errors.ts';
import type { Caller, Role } from './caller.ts';
import { keyIdOf, publicKeyOf, tokenKeyArns } from './token-keys.ts';

export const TOKEN_AUDIENCE = 'bazaar';

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
async function publicKeyFor({ kid }: JWTHeaderParameters): Promise<KeyObject> {
  const keyArn = tokenKeyArns().find((arn) => keyIdOf(arn) === kid);
  if (!keyArn) throw new errors.JWKSNoMatchingKey();
  return publicKeyOf(keyArn);
}
