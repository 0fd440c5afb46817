import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { shop } from '../setup/end-to-end.ts';

function someone() {
  const username = `u${randomUUID()}`;
  return { username, email: `${username}@example.com`, password: 'correct horse' };
}

describe('registering', () => {
  test('makes a customer, and never shows the password', async () => {
    const { password, ...names } = someone();

    const answer = await shop.call('POST /api/v1/users', { body: { ...names, password } });

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...names,
      user_id: expect.any(String),
      role: 'customer',
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
  });

  test('takes a name once, also when a hundred want it at the same time', async () => {
    const { username } = someone();
    const attempts = Array.from({ length: 100 }, () => ({ ...someone(), username }));

    const answers = await Promise.all(attempts.map((body) => shop.call('POST /api/v1/users', { body })));

    const made = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status, body }) => status === 409 && body.code === 'USERNAME_TAKEN');
    expect([made.length, refused.length]).toEqual([1, 99]);
  });

  test('takes an e-mail address once, whatever its case', async () => {
    const { email, ...rest } = someone();
    await shop.call('POST /api/v1/users', { body: { ...rest, email } });

    const answer = await shop.call('POST /api/v1/users', { body: { ...someone(), email: email.toUpperCase() } });

    expect(answer).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } });
  });

  test.each([
    ['a short password', { password: 'short' }, 'password'],
    ['no e-mail address', { email: 'nobody' }, 'email'],
    ['a strange name', { username: 'a b' }, 'username'],
    ['a role of its own choice', { role: 'admin' }, 'role'],
  ])('is refused with %s', async (_, part, field) => {
    const answer = await shop.call('POST /api/v1/users', { body: { ...someone(), ...part } });

    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ field }] } });
  });
});

describe('logging in', () => {
  test('by name or by address gives a token that the published key verifies', async () => {
    const { username, email, password } = someone();
    const { body: user } = await shop.call('POST /api/v1/users', { body: { username, email, password } });

    const byName = await shop.call('POST /api/v1/auth/login', { body: { username, password } });
    const byAddress = await shop.call('POST /api/v1/auth/login', { body: { email, password } });

    expect(byName).toMatchObject({ status: 200, body: { token_type: 'Bearer', user_id: user.user_id } });
    expect(byAddress.status).toBe(200);
    const { body: configuration } = await shop.call('GET /.well-known/openid-configuration');
    const { body: keys } = await shop.call('GET /.well-known/jwks.json');
    expect(configuration.jwks_uri).toBe(`${configuration.issuer}/.well-known/jwks.json`);
    const { payload } = await jwtVerify(byName.body.access_token, createLocalJWKSet(keys), {
      issuer: configuration.issuer,
      audience: 'bazaar',
    });
    expect(payload).toMatchObject({ sub: user.user_id, role: 'customer' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(byName.body.expires_in);
  });

  test('answers the same for a wrong password and for an unknown name', async () => {
    const { username, email, password } = someone();
    await shop.call('POST /api/v1/users', { body: { username, email, password } });

    const wrong = await shop.call('POST /api/v1/auth/login', { body: { username, password: 'wrong horse' } });
    const unknown = await shop.call('POST /api/v1/auth/login', { body: { username: 'nobody-at-all', password } });

    for (const answer of [wrong, unknown])
      expect(answer).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
    expect({ ...wrong.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
  });

  test('is locked for a while after five failures, with the right password too', async () => {
    const { username, email, password } = someone();
    await shop.call('POST /api/v1/users', { body: { username, email, password } });
    for (let n = 0; n < 5; n++) await shop.call('POST /api/v1/auth/login', { body: { username, password: 'wrong' } });

    const answer = await shop.call('POST /api/v1/auth/login', { body: { username, password } });

    expect(answer).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('is locked alike for a name that nobody has', async () => {
    const { username } = someone();
    const guess = () => shop.call('POST /api/v1/auth/login', { body: { username, password: 'wrong' } });
    for (let n = 0; n < 5; n++) expect((await guess()).status).toBe(401);

    expect((await guess()).status).toBe(429);
  });

  test('answers no more of a burst of guesses than of guesses one by one', async () => {
    const { username, email, password } = someone();
    await shop.call('POST /api/v1/users', { body: { username, email, password } });
    const guesses = Array.from({ length: 12 }, (_, n) => ({ username, password: `wrong ${n}` }));

    const answers = await Promise.all(guesses.map((body) => shop.call('POST /api/v1/auth/login', { body })));

    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  test('by the right password forgets the failures before', async () => {
    const { username, email, password } = someone();
    await shop.call('POST /api/v1/users', { body: { username, email, password } });
    const attempt = (word: string) => shop.call('POST /api/v1/auth/login', { body: { username, password: word } });
    for (let n = 0; n < 4; n++) await attempt('wrong');
    expect((await attempt(password)).status).toBe(200);
    await attempt('wrong');

    expect((await attempt(password)).status).toBe(200);
  });

  test('is not locked by many right passwords at the same time', async () => {
    const { username, email, password } = someone();
    await shop.call('POST /api/v1/users', { body: { username, email, password } });
    const logIn = () => shop.call('POST /api/v1/auth/login', { body: { username, password } });

    const answers = await Promise.all(Array.from({ length: 8 }, logIn));

    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });
});

describe('a user', () => {
  test('sees their own account', async () => {
    const jane = await shop.aCustomer();

    const answer = await shop.call(`GET /api/v1/users/${jane.user_id}`, jane);

    expect(answer).toMatchObject({ status: 200, body: { user_id: jane.user_id, role: 'customer' } });
    expect(answer.headers.get('etag')).toBeTruthy();
  });

  test('is seen by an administrator', async () => {
    const jane = await shop.aCustomer();

    expect((await shop.call(`GET /api/v1/users/${jane.user_id}`, await shop.admin())).status).toBe(200);
  });
});
