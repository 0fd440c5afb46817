import { constants, createPublicKey, type KeyObject, type SignKeyObjectInput, sign, verify } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { decodeSignature, encodeSignature } from './der.ts';
import { coordinateLength, signDigest, verifyDigest } from './ecdsa-digest.ts';
import type { Key } from './key-store.ts';
import { signPkcs1, signPss, verifyPkcs1, verifyPss } from './rsa-digest.ts';

/** What is signed and how, as in the inputs of Sign and Verify. */
export interface SigningRequest {
  message: Buffer;
  messageType: string;
  algorithm: string;
}

// Longer messages have to be hashed by the caller.
const LONGEST_MESSAGE = 4096;

/** ECDSA signatures are in DER, RSA signatures as long as the modulus. */
export function signMessage(key: Key, request: SigningRequest): Buffer {
  check(key, request);
  const { message, algorithm } = request;
  const hash = hashOf(algorithm);
  if (request.messageType === 'RAW') return sign(hash, message, withPadding(key.material, algorithm));
  if (key.spec.kind === 'ec') return encodeSignature(signDigest(key.material, message));
  return isPss(algorithm) ? signPss(key.material, hash, message) : signPkcs1(key.material, hash, message);
}

export function verifyMessage(key: Key, request: SigningRequest, signature: Buffer): boolean {
  check(key, request);
  const { message: digest, algorithm } = request;
  const publicKey = createPublicKey(key.material);
  const hash = hashOf(algorithm);
  if (request.messageType === 'RAW') return verify(hash, digest, withPadding(publicKey, algorithm), signature);
  if (key.spec.kind === 'ec') {
    const sideBySide = decodeSignature(signature, coordinateLength(publicKey));
    return sideBySide !== undefined && verifyDigest(publicKey, digest, sideBySide);
  }
  const verifyRsa = isPss(algorithm) ? verifyPss : verifyPkcs1;
  return verifyRsa(publicKey, { hash, digest, signature });
}

function check(key: Key, { message, messageType, algorithm }: SigningRequest): void {
  if (!key.spec.signingAlgorithms.includes(algorithm)) {
    const problem = `Algorithm ${algorithm} is incompatible with key spec ${key.specName}.`;
    throw new AwsError('InvalidKeyUsageException', problem);
  }
  if (messageType !== 'RAW' && messageType !== 'DIGEST') {
    throw new AwsError('ValidationException', `The embedded cloud does not model the MessageType ${messageType}.`);
  }
  if (messageType === 'DIGEST' && message.length !== hashBits(algorithm) / 8) {
    throw new AwsError('ValidationException', `Digest is invalid length for algorithm ${algorithm}.`);
  }
  if (message.length === 0 || message.length > LONGEST_MESSAGE) {
    const problem = `Member must have length between 1 and ${LONGEST_MESSAGE}`;
    throw new AwsError('ValidationException', `Value at 'message' failed to satisfy constraint: ${problem}`);
  }
}

function withPadding(key: KeyObject, algorithm: string): SignKeyObjectInput {
  if (!isPss(algorithm)) return { key };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

function isPss(algorithm: string): boolean {
  return algorithm.startsWith('RSASSA_PSS');
}

function hashBits(algorithm: string): number {
  return Number(algorithm.slice(-3));
}

function hashOf(algorithm: string): string {
  return `sha${hashBits(algorithm)}`;
}
