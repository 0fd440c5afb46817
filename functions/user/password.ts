import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { requiredEnv } from '#lib/runtime/config.ts';

/** OWASP recommends N 16,384, which with this r takes 16 MiB of memory, and p 5, which takes about 0.2 s of one core. */
const COST = { N: Number(requiredEnv('PASSWORD_SCRYPT_N')), r: 8, p: Number(requiredEnv('PASSWORD_SCRYPT_P')) };
/** Node refuses to use more memory than this, in bytes, for one hash: enough for N 65,536 and r 8, with room. */
const MEMORY_LIMIT = 128 * 2 ** 20;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** `scrypt$N$r$p$<salt>$<hash>`: the parameters are stored, so that they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return written(salt, hash);
}

function written(salt: Buffer, hash: Buffer): string {
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Costs as much to compare with as a real one. */
const NO_ONES_HASH = written(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));

/** Takes as long for an account that does not exist (`stored` undefined) as for one that does. */
export async function passwordMatches(password: string, stored: string | undefined): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = (stored ?? NO_ONES_HASH).split('$');
  const expected = Buffer.from(hash, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(actual, expected) && stored !== undefined;
}

function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { ...cost, maxmem: MEMORY_LIMIT }, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}
