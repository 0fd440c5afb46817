/** ECDSA signatures in DER, as KMS takes and gives them: `SEQUENCE { INTEGER r, INTEGER s }`. */
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** From the two numbers side by side (IEEE P1363). */
export function encodeSignature(sideBySide: Buffer): Buffer {
  const half = sideBySide.length / 2;
  const numbers = [sideBySide.subarray(0, half), sideBySide.subarray(half)];
  return element(SEQUENCE, Buffer.concat(numbers.map((number) => element(INTEGER, shortest(number)))));
}

/** To the two numbers side by side, each of `bytes` bytes; undefined when the signature is malformed. */
export function decodeSignature(der: Buffer, bytes: number): Buffer | undefined {
  const sequence = read(der, SEQUENCE);
  const r = sequence && sequence.rest.length === 0 ? read(sequence.content, INTEGER) : undefined;
  const s = r && read(r.rest, INTEGER);
  if (!r || !s || s.rest.length > 0) return undefined;
  const numbers = [r.content, s.content].map((number) => (number[0] === 0 ? number.subarray(1) : number));
  if (numbers.some((number) => number.length > bytes)) return undefined;
  return Buffer.concat(numbers.map((number) => Buffer.concat([Buffer.alloc(bytes - number.length), number])));
}

/** Without leading zeros, but one where the first bit would say that the number is negative. */
function shortest(number: Buffer): Buffer {
  const first = number.findIndex((byte) => byte !== 0);
  const digits = number.subarray(first < 0 ? number.length - 1 : first);
  return (digits[0] as number) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits]);
}

// Signatures of the longest curve have 139 bytes: a length takes one byte, or 0x81 and one more.
function element(tag: number, content: Buffer): Buffer {
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

function read(der: Buffer, tag: number): { content: Buffer; rest: Buffer } | undefined {
  if (der[0] !== tag) return undefined;
  const long = der[1] === 0x81;
  const length = der[long ? 2 : 1] ?? 0;
  const start = long ? 3 : 2;
  if (length === 0 || start + length > der.length) return undefined;
  return { content: der.subarray(start, start + length), rest: der.subarray(start + length) };
}
