import { describe, expect, test } from '@jest/globals';
import { hashPassword, passwordMatches } from '#functions/user/password.ts';

describe('a password', () => {
  test('matches its own hash and no other password does', async () => {
    const hash = await hashPassword('correct horse');

    expect(hash).toMatch(/^scrypt\$16384\$8\$5\$/);
    expect(await passwordMatches('correct horse', hash)).toBe(true);
    expect(await passwordMatches('Correct horse', hash)).toBe(false);
  });

  test('is hashed differently each time', async () => {
    expect(await hashPassword('correct horse')).not.toBe(await hashPassword('correct horse'));
  });

  test('never matches where there is no account', async () => {
    expect(await passwordMatches('anything', undefined)).toBe(false);
  });
});
