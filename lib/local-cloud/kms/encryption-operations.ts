import { randomBytes } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import {
  decryptRsa,
  decryptSymmetric,
  type EncryptionContext,
  encryptRsa,
  encryptSymmetric,
  keyIdIn,
} from './encryption.ts';
import { toBytes } from './key-material.ts';
import type { Key, KeyStore } from './key-store.ts';
import { conditionKeys, type KeyRequest, onKey } from './on-key.ts';

interface EncryptInput extends KeyRequest {
  Plaintext: string | Uint8Array;
  EncryptionAlgorithm?: string;
  EncryptionContext?: EncryptionContext;
}

interface DecryptInput {
  KeyId?: string;
  CiphertextBlob: string | Uint8Array;
  EncryptionAlgorithm?: string;
  EncryptionContext?: EncryptionContext;
}

interface DataKeyInput extends KeyRequest {
  KeySpec?: string;
  NumberOfBytes?: number;
  EncryptionContext?: EncryptionContext;
}

const SYMMETRIC = 'SYMMETRIC_DEFAULT';
const LONGEST_PLAINTEXT = 4096;
const DATA_KEY = { KeyId: true, KeySpec: true, NumberOfBytes: true, EncryptionContext: true } as const;
const DATA_KEY_BYTES: Record<string, number> = { AES_128: 16, AES_256: 32 };

/** The actions that encrypt and decrypt. */
export function encryptionOperations(keys: KeyStore): Record<string, AnyOperation> {
  const encrypt: Operation<EncryptInput> = {
    ...onKey(keys),
    requires: ['KeyId', 'Plaintext'],
    accepts: { KeyId: true, Plaintext: true, EncryptionAlgorithm: true, EncryptionContext: true },
    run: ({ KeyId, Plaintext, EncryptionAlgorithm = SYMMETRIC, EncryptionContext }) => {
      const key = keys.usable(KeyId, 'ENCRYPT_DECRYPT', 'Encrypt');
      checkAlgorithm(key, EncryptionAlgorithm);
      const plaintext = checkLength(toBytes(Plaintext));
      const ciphertext =
        key.spec.kind === 'symmetric'
          ? encryptSymmetric(key, plaintext, EncryptionContext)
          : encryptRsa(key, plaintext, EncryptionAlgorithm);
      return { KeyId: key.arn, CiphertextBlob: ciphertext, EncryptionAlgorithm };
    },
  };

  const decrypt: Operation<DecryptInput> = {
    requires: ['CiphertextBlob'],
    accepts: { KeyId: true, CiphertextBlob: true, EncryptionAlgorithm: true, EncryptionContext: true },
    resources: (input) => [keys.get(decryptionKey(input)).arn],
    conditionKeys: (input) => conditionKeys(keys, { ...input, KeyId: decryptionKey(input) }),
    run: (input) => {
      const { CiphertextBlob, EncryptionAlgorithm = SYMMETRIC, EncryptionContext } = input;
      const key = keys.usable(decryptionKey(input), 'ENCRYPT_DECRYPT', 'Decrypt');
      checkAlgorithm(key, EncryptionAlgorithm);
      const ciphertext = toBytes(CiphertextBlob);
      const plaintext =
        key.spec.kind === 'symmetric'
          ? decryptSymmetric(key, ciphertext, EncryptionContext)
          : decryptRsa(key, ciphertext, EncryptionAlgorithm);
      return { KeyId: key.arn, Plaintext: plaintext, EncryptionAlgorithm };
    },
  };

  const generateDataKey: Operation<DataKeyInput> = {
    ...onKey(keys),
    requires: ['KeyId'],
    accepts: DATA_KEY,
    run: (input) => makeDataKey(keys, input, 'GenerateDataKey'),
  };

  const generateDataKeyWithoutPlaintext: Operation<DataKeyInput> = {
    ...onKey(keys),
    requires: ['KeyId'],
    accepts: DATA_KEY,
    run: (input) => {
      const { Plaintext: _, ...encrypted } = makeDataKey(keys, input, 'GenerateDataKeyWithoutPlaintext');
      return encrypted;
    },
  };

  return {
    Encrypt: encrypt,
    Decrypt: decrypt,
    GenerateDataKey: generateDataKey,
    GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
  };
}

interface DataKey {
  KeyId: string;
  Plaintext: Buffer;
  CiphertextBlob: Buffer;
}

function makeDataKey(keys: KeyStore, input: DataKeyInput, action: string): DataKey {
  const key = keys.usable(input.KeyId, 'ENCRYPT_DECRYPT', action);
  checkAlgorithm(key, SYMMETRIC);
  const bytes = DATA_KEY_BYTES[input.KeySpec ?? ''] ?? input.NumberOfBytes;
  if (!bytes || (input.KeySpec && input.NumberOfBytes)) {
    throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  const plaintext = randomBytes(bytes);
  const ciphertext = encryptSymmetric(key, plaintext, input.EncryptionContext);
  return { KeyId: key.arn, Plaintext: plaintext, CiphertextBlob: ciphertext };
}

/** A symmetric ciphertext names its key; one of an RSA key does not. */
function decryptionKey({ KeyId, CiphertextBlob }: DecryptInput): string {
  return KeyId ?? keyIdIn(toBytes(CiphertextBlob));
}

function checkAlgorithm(key: Key, algorithm: string): void {
  if (key.spec.encryptionAlgorithms.includes(algorithm)) return;
  const message = `Algorithm ${algorithm} is incompatible with key spec ${key.specName}.`;
  throw new AwsError('InvalidKeyUsageException', message);
}

function checkLength(plaintext: Buffer): Buffer {
  if (plaintext.length > 0 && plaintext.length <= LONGEST_PLAINTEXT) return plaintext;
  const problem = `Member must have length between 1 and ${LONGEST_PLAINTEXT}`;
  throw new AwsError('ValidationException', `Value at 'plaintext' failed to satisfy constraint: ${problem}`);
}
