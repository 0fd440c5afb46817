import { describe, expect, test } from '@jest/globals';
import { ValidationFailed } from '#lib/runtime/errors.ts';
import { seal, unseal } from '#lib/runtime/http/cursor.ts';

const position = { product_id: 'cup', created_at: '2026-11-22T10:00:00.000Z' };
const cursor = seal('key', 'products in tea', position);
const [payload = '', signature = ''] = cursor.split('.');

describe('a cursor', () => {
  test('leads to where its list goes on', () => {
    expect(unseal('key', 'products in tea', cursor)).toEqual(position);
  });

  test('can stand in a query string as it is', () => {
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  test.each([
    ['has another position', `${Buffer.from('{"product_id":"pot"}').toString('base64url')}.${signature}`],
    ['has another signature', `${payload}.${'A'.repeat(signature.length)}`],
    ['has a longer signature', `${cursor}A`],
    ['has a third part', `${cursor}.`],
    ['has a signature in other letters', `${payload}.${'é'.repeat(signature.length)}`],
    ['has no signature', payload],
    ['is empty', ''],
    ['was signed with another key', seal('other', 'products in tea', position)],
    ['is of another list', seal('key', 'products', position)],
  ])('that %s is refused', (_, forged) => {
    expect(() => unseal('key', 'products in tea', forged)).toThrow(ValidationFailed);
  });
});
