import { createHash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `length` letters and digits that look random and are the same for the same text at every start. */
export function stableId(text: string, length: number): string {
  const digest = createHash('sha512').update(text).digest();
  return Array.from(digest.subarray(0, length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** A UUID that is the same for the same text at every start. */
export function stableUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** The id that AWS gives a role beside its name; the part of `aws:userid` before the colon. */
export function roleId(roleName: string): string {
  return `AROA${stableId(`role ${roleName}`, 17)}`;
}
