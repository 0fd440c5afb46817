import { constants, createHash, type KeyObject, privateEncrypt, publicDecrypt, randomBytes } from 'node:crypto';

/** RSA signatures over a digest that the caller made (RFC 8017), which Node's own `sign` does not offer. */
const DIGEST_INFO: Record<string, string> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

const TRAILER = 0xbc;

export function signPkcs1(key: KeyObject, hash: string, digest: Buffer): Buffer {
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(hash, digest));
}

export function verifyPkcs1(key: KeyObject, { hash, digest, signature }: DigestSignature): boolean {
  const opened = tryOpen({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
  return opened?.equals(digestInfo(hash, digest)) ?? false;
}

export function signPss(key: KeyObject, hash: string, digest: Buffer): Buffer {
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encodePss(hash, digest, modulusBytes(key)));
}

export function verifyPss(key: KeyObject, { hash, digest, signature }: DigestSignature): boolean {
  const encoded = tryOpen({ key, padding: constants.RSA_NO_PADDING }, signature);
  if (!encoded || encoded.at(-1) !== TRAILER) return false;
  const seedStart = encoded.length - digest.length - 1;
  const seed = encoded.subarray(seedStart, -1);
  const block = unmask(encoded.subarray(0, seedStart), seed, hash);
  const saltStart = block.length - digest.length;
  const padding = Buffer.concat([Buffer.alloc(saltStart - 1), Buffer.of(1)]);
  if (!block.subarray(0, saltStart).equals(padding)) return false;
  return seed.equals(pssHash(hash, digest, block.subarray(saltStart)));
}

interface DigestSignature {
  hash: string;
  digest: Buffer;
  signature: Buffer;
}

function encodePss(hash: string, digest: Buffer, length: number): Buffer {
  // KMS uses a salt as long as the digest.
  const salt = randomBytes(digest.length);
  const seed = pssHash(hash, digest, salt);
  const padding = Buffer.alloc(length - salt.length - seed.length - 2);
  const block = unmask(Buffer.concat([padding, Buffer.of(1), salt]), seed, hash);
  return Buffer.concat([block, seed, Buffer.of(TRAILER)]);
}

function pssHash(hash: string, digest: Buffer, salt: Buffer): Buffer {
  return createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
}

/** Masking and unmasking are the same; the first bit is always cleared, to stay below the modulus. */
function unmask(block: Buffer, seed: Buffer, hash: string): Buffer {
  const mask = maskFrom(seed, block.length, hash);
  const result = Buffer.from(block.map((byte, index) => byte ^ (mask[index] as number)));
  result[0] = (result[0] as number) & 0x7f;
  return result;
}

/** MGF1 of RFC 8017. */
function maskFrom(seed: Buffer, length: number, hash: string): Buffer {
  const parts: Buffer[] = [];
  for (let counter = 0; Buffer.concat(parts).length < length; counter += 1) {
    const counterBytes = Buffer.alloc(4);
    counterBytes.writeUInt32BE(counter);
    parts.push(createHash(hash).update(seed).update(counterBytes).digest());
  }
  return Buffer.concat(parts).subarray(0, length);
}

function digestInfo(hash: string, digest: Buffer): Buffer {
  return Buffer.concat([Buffer.from(DIGEST_INFO[hash] ?? '', 'hex'), digest]);
}

function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
}

/** A signature that is no number of this key, or is not padded as it should be, cannot be opened: it is just wrong. */
function tryOpen(key: { key: KeyObject; padding: number }, signature: Buffer): Buffer | undefined {
  try {
    return publicDecrypt(key, signature);
  } catch {
    return undefined;
  }
}
