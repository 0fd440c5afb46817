import { describe, expect, test } from '@jest/globals';
import { canonical, erase, register, type User, update } from '#functions/user/user.ts';

const THEN = new Date('2026-11-22T10:00:00Z');
const NOW = new Date('2026-11-22T11:00:00Z');

function aUser(overrides: Partial<User> = {}): User {
  const command = { user_id: 'u1', username: 'jane', email: 'jane@example.com', password_hash: 'h', role: 'customer' };
  return { ...register(command as User, THEN).user, ...overrides };
}

describe('a user', () => {
  test('who registers is announced without the password', () => {
    const command = { ...aUser(), role: 'customer' as const };

    const { facts } = register(command, NOW);

    expect(facts).toEqual([
      {
        event_type: 'user.registered',
        version: 1,
        data: { user_id: 'u1', username: 'jane', email: 'jane@example.com', role: 'customer' },
      },
    ]);
  });

  test('who changes the address keeps the rest', () => {
    const { user, facts } = update(aUser(), { email: 'new@example.com', username: undefined }, NOW);

    expect(user).toEqual(aUser({ email: 'new@example.com', updated_at: NOW.toISOString() }));
    expect(facts).toMatchObject([{ event_type: 'user.updated', data: { username: 'jane', email: 'new@example.com' } }]);
  });

  test('who changes the password is announced without it', () => {
    const { user, facts } = update(aUser(), { password_hash: 'secret' }, NOW);

    expect(user.password_hash).toBe('secret');
    expect(facts).toMatchObject([{ event_type: 'user.updated' }]);
    expect(JSON.stringify(facts)).not.toContain('secret');
  });

  test('who changes nothing is left alone', () => {
    expect(update(aUser(), { username: 'jane' }, NOW)).toEqual({ user: aUser(), facts: [] });
  });

  test('who is erased leaves an id and nothing else', () => {
    const { erased, facts } = erase(aUser(), NOW);

    expect(erased).toEqual({ user_id: 'u1', erased_at: NOW.toISOString() });
    expect(facts).toEqual([{ event_type: 'user.deleted', version: 1, data: { user_id: 'u1' } }]);
  });

  test('is the same whatever the case and the form of the name', () => {
    expect(canonical('Jané')).toBe(canonical('jane\u0301'));
  });
});
