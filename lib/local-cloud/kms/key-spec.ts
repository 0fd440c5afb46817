/** What a kind of key is made of and what it can do. */
export interface KeySpec {
  kind: 'symmetric' | 'ec' | 'rsa' | 'hmac';
  /** OpenSSL's name of the curve. */
  curve?: string;
  /** Length of an RSA modulus in bits, of symmetric keys in bytes. */
  size?: number;
  usages: KeyUsage[];
  signingAlgorithms: string[];
  encryptionAlgorithms: string[];
  macAlgorithms: string[];
}

export type KeyUsage = 'SIGN_VERIFY' | 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC';

const NO_ALGORITHMS = { signingAlgorithms: [], encryptionAlgorithms: [], macAlgorithms: [] };

function ec(curve: string, hashBits: number): KeySpec {
  return {
    ...NO_ALGORITHMS,
    kind: 'ec',
    curve,
    usages: ['SIGN_VERIFY'],
    signingAlgorithms: [`ECDSA_SHA_${hashBits}`],
  };
}

function rsa(bits: number): KeySpec {
  const signingAlgorithms = ['RSASSA_PKCS1_V1_5', 'RSASSA_PSS'].flatMap((scheme) =>
    [256, 384, 512].map((hash) => `${scheme}_SHA_${hash}`),
  );
  const encryptionAlgorithms = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'];
  const usages: KeyUsage[] = ['SIGN_VERIFY', 'ENCRYPT_DECRYPT'];
  return { ...NO_ALGORITHMS, kind: 'rsa', size: bits, usages, signingAlgorithms, encryptionAlgorithms };
}

function hmac(bits: number): KeySpec {
  return {
    ...NO_ALGORITHMS,
    kind: 'hmac',
    size: bits / 8,
    usages: ['GENERATE_VERIFY_MAC'],
    macAlgorithms: [`HMAC_SHA_${bits}`],
  };
}

/** The key specs that the embedded cloud models. */
export const KEY_SPECS: Record<string, KeySpec> = {
  SYMMETRIC_DEFAULT: {
    ...NO_ALGORITHMS,
    kind: 'symmetric',
    size: 32,
    usages: ['ENCRYPT_DECRYPT'],
    encryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  },
  ECC_NIST_P256: ec('prime256v1', 256),
  ECC_NIST_P384: ec('secp384r1', 384),
  ECC_NIST_P521: ec('secp521r1', 512),
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
};
