import { createECDH, type KeyObject } from 'node:crypto';

/**
 * ECDSA over a digest that the caller made. OpenSSL as Node offers it always hashes first, so the few lines of
 * arithmetic are here; the random number and the point multiplication of a signature still come from OpenSSL.
 * Verifying takes 25 ms (P-256) to 125 ms (P-521). The arithmetic takes no care of timing attacks: nobody is there to measure.
 */
interface Curve {
  name: string;
  /** The field's prime and the order of the generator. */
  p: bigint;
  n: bigint;
  bytes: number;
}

type Point = { x: bigint; y: bigint } | undefined;

const CURVES: Record<string, Curve> = {
  'P-256': {
    name: 'prime256v1',
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    bytes: 32,
  },
  'P-384': {
    name: 'secp384r1',
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    bytes: 48,
  },
  'P-521': {
    name: 'secp521r1',
    p: 2n ** 521n - 1n,
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    bytes: 66,
  },
};

/** Both numbers of the signature side by side (IEEE P1363), each as long as the curve's order. */
export function signDigest(privateKey: KeyObject, digest: Buffer): Buffer {
  const jwk = privateKey.export({ format: 'jwk' });
  const curve = curveOf(jwk.crv);
  const d = fromBytes(Buffer.from(jwk.d ?? '', 'base64url'));
  const once = createECDH(curve.name);
  const r = pointOf(once.generateKeys(), curve).x % curve.n;
  const s = mod(invert(fromBytes(once.getPrivateKey()), curve.n) * (fromBytes(digest) + r * d), curve.n);
  if (r === 0n || s === 0n) return signDigest(privateKey, digest);
  return Buffer.concat([toBytes(r, curve), toBytes(s, curve)]);
}

/** The signature in the form that {@link signDigest} makes. */
export function verifyDigest(publicKey: KeyObject, digest: Buffer, signature: Buffer): boolean {
  const jwk = publicKey.export({ format: 'jwk' });
  const curve = curveOf(jwk.crv);
  if (signature.length !== 2 * curve.bytes) return false;
  const r = fromBytes(signature.subarray(0, curve.bytes));
  const s = fromBytes(signature.subarray(curve.bytes));
  if (r === 0n || s === 0n || r >= curve.n || s >= curve.n) return false;

  const inverse = invert(s, curve.n);
  const key: Point = { x: coordinate(jwk.x), y: coordinate(jwk.y) };
  const fromDigest = multiply(generator(curve), mod(fromBytes(digest) * inverse, curve.n), curve);
  const fromKey = multiply(key, mod(r * inverse, curve.n), curve);
  const sum = add(fromDigest, fromKey, curve);
  return sum !== undefined && sum.x % curve.n === r;
}

export function coordinateLength(key: KeyObject): number {
  const details = key.asymmetricKeyDetails?.namedCurve;
  return Object.values(CURVES).find(({ name }) => name === details)?.bytes ?? 0;
}

function curveOf(name: string | undefined): Curve {
  const curve = CURVES[name ?? ''];
  if (!curve) throw new Error(`No curve ${name}.`);
  return curve;
}

function generator(curve: Curve): Point {
  const one = createECDH(curve.name);
  one.setPrivateKey(toBytes(1n, curve));
  return pointOf(one.getPublicKey(), curve);
}

/** Reads an uncompressed point: 0x04, x, y. */
function pointOf(encoded: Buffer, { bytes }: Curve): { x: bigint; y: bigint } {
  return { x: fromBytes(encoded.subarray(1, 1 + bytes)), y: fromBytes(encoded.subarray(1 + bytes)) };
}

function multiply(point: Point, factor: bigint, curve: Curve): Point {
  let sum: Point;
  let doubled = point;
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, doubled, curve);
    doubled = add(doubled, doubled, curve);
  }
  return sum;
}

/** The undefined point is the one at infinity. All NIST curves have a = -3. */
function add(a: Point, b: Point, { p }: Curve): Point {
  if (!a) return b;
  if (!b) return a;
  if (a.x === b.x && mod(a.y + b.y, p) === 0n) return undefined;
  const same = a.x === b.x;
  const slope = same
    ? mod((3n * a.x * a.x - 3n) * invert(2n * a.y, p), p)
    : mod((b.y - a.y) * invert(mod(b.x - a.x, p), p), p);
  const x = mod(slope * slope - a.x - b.x, p);
  return { x, y: mod(slope * (a.x - x) - a.y, p) };
}

/** Extended Euclid. */
function invert(value: bigint, modulus: bigint): bigint {
  let [a, b] = [mod(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [b, a] = [a, b - quotient * a];
    [y, x] = [x, y - quotient * x];
  }
  return mod(x, modulus);
}

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function coordinate(base64url: string | undefined): bigint {
  return fromBytes(Buffer.from(base64url ?? '', 'base64url'));
}

function fromBytes(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function toBytes(value: bigint, { bytes }: Curve): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex');
}
