import { createHmac, createPublicKey, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import { toBytes } from './key-material.ts';
import type { Key, KeyStore } from './key-store.ts';
import { type KeyRequest, onKey } from './on-key.ts';
import { type SigningRequest, signMessage, verifyMessage } from './signing.ts';

interface SignInput extends KeyRequest {
  Message: string | Uint8Array;
  MessageType?: string;
  SigningAlgorithm: string;
}

interface VerifyInput extends SignInput {
  Signature: string | Uint8Array;
}

interface GenerateMacInput extends KeyRequest {
  Message: string | Uint8Array;
  MacAlgorithm: string;
}

interface VerifyMacInput extends GenerateMacInput {
  Mac: string | Uint8Array;
}

const SIGNED = { KeyId: true, Message: true, MessageType: true, SigningAlgorithm: true } as const;
const AUTHENTICATED = { KeyId: true, Message: true, MacAlgorithm: true } as const;

/** The actions that sign, verify and authenticate. */
export function signingOperations(keys: KeyStore): Record<string, AnyOperation> {
  const sign: Operation<SignInput> = {
    ...onKey(keys),
    requires: ['KeyId', 'Message', 'SigningAlgorithm'],
    accepts: SIGNED,
    run: (input) => {
      const key = keys.usable(input.KeyId, 'SIGN_VERIFY', 'Sign');
      return { ...answer(key, input), Signature: signMessage(key, request(input)) };
    },
  };

  const verify: Operation<VerifyInput> = {
    ...onKey(keys),
    requires: ['KeyId', 'Message', 'SigningAlgorithm', 'Signature'],
    accepts: { ...SIGNED, Signature: true },
    run: (input) => {
      const key = keys.usable(input.KeyId, 'SIGN_VERIFY', 'Verify');
      if (verifyMessage(key, request(input), toBytes(input.Signature))) {
        return { ...answer(key, input), SignatureValid: true };
      }
      throw new AwsError('KMSInvalidSignatureException', 'The signature does not match the message and the key.');
    },
  };

  const getPublicKey: Operation<KeyRequest> = {
    ...onKey(keys),
    requires: ['KeyId'],
    accepts: { KeyId: true },
    run: ({ KeyId }) => describePublicKey(keys.get(KeyId)),
  };

  const generateMac: Operation<GenerateMacInput> = {
    ...onKey(keys),
    requires: ['KeyId', 'Message', 'MacAlgorithm'],
    accepts: AUTHENTICATED,
    run: (input) => {
      const key = keys.usable(input.KeyId, 'GENERATE_VERIFY_MAC', 'GenerateMac');
      return { KeyId: key.arn, MacAlgorithm: input.MacAlgorithm, Mac: mac(key, input) };
    },
  };

  const verifyMac: Operation<VerifyMacInput> = {
    ...onKey(keys),
    requires: ['KeyId', 'Message', 'MacAlgorithm', 'Mac'],
    accepts: { ...AUTHENTICATED, Mac: true },
    run: (input) => {
      const key = keys.usable(input.KeyId, 'GENERATE_VERIFY_MAC', 'VerifyMac');
      const [expected, given] = [mac(key, input), toBytes(input.Mac)];
      if (expected.length === given.length && timingSafeEqual(expected, given)) {
        return { KeyId: key.arn, MacAlgorithm: input.MacAlgorithm, MacValid: true };
      }
      throw new AwsError('KMSInvalidMacException', 'The HMAC does not match the message and the key.');
    },
  };

  return {
    Sign: sign,
    Verify: verify,
    GetPublicKey: getPublicKey,
    GenerateMac: generateMac,
    VerifyMac: verifyMac,
  };
}

function request({ Message, MessageType = 'RAW', SigningAlgorithm }: SignInput): SigningRequest {
  return { message: toBytes(Message), messageType: MessageType, algorithm: SigningAlgorithm };
}

function answer(key: Key, { SigningAlgorithm }: SignInput): Record<string, unknown> {
  return { KeyId: key.arn, SigningAlgorithm };
}

/** The public half in SubjectPublicKeyInfo DER. */
function describePublicKey(key: Key): Record<string, unknown> {
  if (key.material.type === 'secret') {
    const message = `${key.arn} key spec is ${key.specName} which is not valid for GetPublicKey.`;
    throw new AwsError('UnsupportedOperationException', message);
  }
  const { signingAlgorithms, encryptionAlgorithms } = key.spec;
  return {
    KeyId: key.arn,
    PublicKey: createPublicKey(key.material).export({ type: 'spki', format: 'der' }),
    CustomerMasterKeySpec: key.specName,
    KeySpec: key.specName,
    KeyUsage: key.usage,
    SigningAlgorithms: key.usage === 'SIGN_VERIFY' ? signingAlgorithms : undefined,
    EncryptionAlgorithms: key.usage === 'ENCRYPT_DECRYPT' ? encryptionAlgorithms : undefined,
  };
}

function mac(key: Key, { Message, MacAlgorithm }: GenerateMacInput): Buffer {
  if (!key.spec.macAlgorithms.includes(MacAlgorithm)) {
    const message = `Algorithm ${MacAlgorithm} is incompatible with key spec ${key.specName}.`;
    throw new AwsError('InvalidKeyUsageException', message);
  }
  return createHmac(`sha${MacAlgorithm.slice(-3)}`, key.material)
    .update(toBytes(Message))
    .digest();
}
