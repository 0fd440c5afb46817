import crypto from 'node:crypto';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';

type Password = typeof import('#functions/user/password.ts');
let hashPassword: Password['hashPassword'];
let passwordMatches: Password['passwordMatches'];

beforeAll(async () => {
  process.env.PASSWORD_SCRYPT_N = '16384';
  process.env.PASSWORD_SCRYPT_P = '2';
  ({ hashPassword, passwordMatches } = await import('#functions/user/password.ts'));
});

describe('a password', () => {
  test('matches its own hash and no other password does', async () => {
    const hash = await hashPassword('correct horse');

    expect(hash).toMatch(/^scrypt\$16384\$8\$2\$/);
    expect(await passwordMatches('correct horse', hash)).toBe(true);
    expect(await passwordMatches('Correct horse', hash)).toBe(false);
  });

  test('matches a hash that was made at another cost', async () => {
    const cheaper = 'scrypt$1024$8$1$c29tZXNhbHQ$NATD5a63PUUWoTMSKKJeWX4dre3xh7_B8mDwvrxG5Eo';

    expect(await passwordMatches('correct horse', cheaper)).toBe(true);
  });

  test('is hashed differently each time', async () => {
    expect(await hashPassword('correct horse')).not.toBe(await hashPassword('correct horse'));
  });

  test('never matches where there is no account', async () => {
    expect(await passwordMatches('anything', undefined)).toBe(false);
  });
});

describe('a name that nobody has', () => {
  test('costs the same work as one that somebody has: one hash, of the same cost', async () => {
    const hash = await hashPassword('correct horse');
    const scrypt = jest.spyOn(crypto, 'scrypt');
    const work = async (stored: string | undefined) => {
      scrypt.mockClear();
      await passwordMatches('anything', stored);
      return scrypt.mock.calls.map(([, salt, bytes, cost]) => [Buffer.from(salt as Buffer).length, bytes, cost]);
    };

    const forNobody = await work(undefined);

    expect(forNobody).toEqual([[16, 32, { N: 2 ** 14, r: 8, p: 2, maxmem: 2 ** 27 }]]);
    expect(await work(hash)).toEqual(forNobody);
    scrypt.mockRestore();
  });
});
