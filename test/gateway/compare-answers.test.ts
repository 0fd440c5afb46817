import { describe, expect, test } from '@jest/globals';
import { differencesOf } from '#functions/gateway/compare-answers.ts';

const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: Buffer.from(JSON.stringify(body)),
});

describe('two answers', () => {
  test('are the same whatever the order of their fields', () => {
    expect(differencesOf(json({ a: 1, b: [{ c: null }] }), json({ b: [{ c: null }], a: 1 }), [])).toEqual([]);
  });

  test('differ where their fields do', () => {
    const one = json({ a: 1, list: [{ price: 1 }, { price: 2 }], only: 1 });
    const other = json({ a: 1, list: [{ price: 1 }, { price: 3 }] }, 404);

    expect(differencesOf(one, other, [])).toEqual(['status', 'list.1.price', 'only']);
    expect(differencesOf(one, other, ['price', 'only'])).toEqual(['status']);
    expect(differencesOf(json([]), json({}), [])).toEqual(['body']);
    expect(differencesOf(json({ a: { b: 1 } }), json({ a: null }), [])).toEqual(['a']);
  });

  test('that are no JSON differ by their bytes', () => {
    const text = (body: string) => ({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: Buffer.from(body),
    });

    expect(differencesOf(text('a'), text('a'), [])).toEqual([]);
    expect(differencesOf(text('a'), text('b'), [])).toEqual(['body']);
    expect(differencesOf(text('1'), json(1), [])).toEqual(['content-type']);
  });
});
