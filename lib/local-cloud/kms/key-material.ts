import {
  createPrivateKey,
  createSecretKey,
  generateKeyPair as generateKeyPairWithCallback,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { KeySpec } from './key-spec.ts';

const generateKeyPair = promisify(generateKeyPairWithCallback);

/** Makes the secret part of a key: a private key, or the bytes of a symmetric one. */
export async function generateMaterial({ kind, curve = '', size = 0 }: KeySpec): Promise<KeyObject> {
  switch (kind) {
    case 'ec':
      return (await generateKeyPair('ec', { namedCurve: curve })).privateKey;
    case 'rsa':
      return (await generateKeyPair('rsa', { modulusLength: size })).privateKey;
    case 'symmetric':
    case 'hmac':
      return createSecretKey(randomBytes(size));
  }
}

/** For the key's own document in the data folder; nothing else ever sees it. */
export function exportMaterial(material: KeyObject): string {
  const bytes = material.type === 'secret' ? material.export() : material.export({ type: 'pkcs8', format: 'der' });
  return bytes.toString('base64');
}

export function importMaterial({ kind }: KeySpec, exported: string): KeyObject {
  const bytes = Buffer.from(exported, 'base64');
  const isSecret = kind === 'symmetric' || kind === 'hmac';
  return isSecret ? createSecretKey(bytes) : createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' });
}

/** Binary input: base64 over the wire, bytes from inside. */
export function toBytes(value: string | Uint8Array): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.from(value);
}
