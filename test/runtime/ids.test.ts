import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { fingerprint, idFromKey, isIdFromKey } from '#lib/runtime/ids.ts';

describe('the id from an idempotency key', () => {
  test('is the same for the same user and key', () => {
    expect(idFromKey('jane', 'k1')).toBe(idFromKey('jane', 'k1'));
  });

  test.each([
    ['another user', 'joe', 'k1'],
    ['another key', 'jane', 'k2'],
    ['a boundary moved between user and key', 'janek', '1'],
  ])('differs for %s', (_, user, key) => {
    expect(idFromKey(user, key)).not.toBe(idFromKey('jane', 'k1'));
  });

  test('is told from an id that it cannot be', () => {
    expect(isIdFromKey(idFromKey('jane', 'k1'))).toBe(true);
    for (const id of [randomUUID(), 'k1', '', `${idFromKey('jane', 'k1')}0`]) expect(isIdFromKey(id)).toBe(false);
  });

  test('looks like a UUID', () => {
    expect(idFromKey('jane', 'k1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('the fingerprint of a request', () => {
  test('does not depend on the order of properties', () => {
    expect(fingerprint({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(fingerprint({ b: [{ d: 3, c: 2 }], a: 1 }));
  });

  test('depends on every value and on the order of a list', () => {
    const all = [{ a: 1 }, { a: '1' }, { a: [1, 2] }, { a: [2, 1] }, { a: null }, {}];

    expect(new Set(all.map(fingerprint)).size).toBe(all.length);
  });
});
