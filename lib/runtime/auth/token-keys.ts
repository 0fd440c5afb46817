import { createPublicKey, type KeyObject } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { traced } from '../aws/traced-client.ts';
import { requiredEnv } from '../config.ts';
import { TokenCheckUnavailable } from '../errors.ts';

const kms = traced(new KMSClient({}));
const publicKeys = new Map<string, Promise<KeyObject>>();

/**
 * ARNs of the KMS keys whose tokens are accepted. The first one signs; the other is the next key before a rotation and
 * the previous one after it. Between rotations both are the same.
 */
export function tokenKeyArns(): string[] {
  return [...new Set(requiredEnv('TOKEN_KEY_ARNS').split(','))];
}

/** What a token and the published keys call a key: its id in KMS. */
export function keyIdOf(keyArn: string): string {
  return keyArn.split('/').at(-1) ?? '';
}

/** The public half of a key, asked for once per execution environment. Throws {@link TokenCheckUnavailable}. */
export function publicKeyOf(keyArn: string): Promise<KeyObject> {
  const publicKey =
    publicKeys.get(keyArn) ??
    fetchPublicKey(keyArn).catch((error: unknown) => {
      publicKeys.delete(keyArn);
      throw error;
    });
  publicKeys.set(keyArn, publicKey);
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
