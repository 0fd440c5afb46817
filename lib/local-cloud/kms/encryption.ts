import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { Key } from './key-store.ts';

export type EncryptionContext = Record<string, string>;

// A ciphertext of a symmetric key: format, id of the key, initialization vector, tag, encrypted bytes.
const FORMAT = 1;
const ID_END = 17;
const IV_END = ID_END + 12;
const TAG_END = IV_END + 16;
const CIPHER = 'aes-256-gcm';

/** Encrypts with a symmetric key; the ciphertext says which key it needs. */
export function encryptSymmetric(key: Key, plaintext: Buffer, context: EncryptionContext = {}): Buffer {
  const iv = randomBytes(IV_END - ID_END);
  const cipher = createCipheriv(CIPHER, key.material, iv).setAAD(authenticated(context));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const id = Buffer.from(key.id.replaceAll('-', ''), 'hex');
  return Buffer.concat([Buffer.of(FORMAT), id, iv, cipher.getAuthTag(), encrypted]);
}

export function decryptSymmetric(key: Key, ciphertext: Buffer, context: EncryptionContext = {}): Buffer {
  if (keyIdIn(ciphertext) !== key.id) {
    const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
    throw new AwsError('IncorrectKeyException', message);
  }
  const decipher = createDecipheriv(CIPHER, key.material, ciphertext.subarray(ID_END, IV_END))
    .setAAD(authenticated(context))
    .setAuthTag(ciphertext.subarray(IV_END, TAG_END));
  return orInvalid(() => Buffer.concat([decipher.update(ciphertext.subarray(TAG_END)), decipher.final()]));
}

/** The id of the key that made a symmetric ciphertext. */
export function keyIdIn(ciphertext: Buffer): string {
  if (ciphertext[0] !== FORMAT || ciphertext.length < TAG_END) throw invalid();
  const hex = ciphertext.subarray(1, ID_END).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function encryptRsa(key: Key, plaintext: Buffer, algorithm: string): Buffer {
  try {
    return publicEncrypt({ key: createPublicKey(key.material), ...oaep(algorithm) }, plaintext);
  } catch (cause) {
    const message = `The plaintext is too long for ${algorithm} with key spec ${key.specName}.`;
    throw Object.assign(new AwsError('ValidationException', message), { cause });
  }
}

export function decryptRsa(key: Key, ciphertext: Buffer, algorithm: string): Buffer {
  return orInvalid(() => privateDecrypt({ key: key.material, ...oaep(algorithm) }, ciphertext));
}

function oaep(algorithm: string): { padding: number; oaepHash: string } {
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256' };
}

/** The order of the pairs in an encryption context does not matter. */
function authenticated(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function orInvalid(decrypt: () => Buffer): Buffer {
  try {
    return decrypt();
  } catch (cause) {
    throw Object.assign(invalid(), { cause });
  }
}

function invalid(): AwsError {
  return new AwsError('InvalidCiphertextException', 'The ciphertext is not one of this key and encryption context.');
}
