import { describe, expect, test } from '@jest/globals';
import { PreconditionFailed } from '#lib/runtime/errors.ts';
import { mustMatch, unlessMatched } from '#lib/runtime/http/etag.ts';
import { ok } from '#lib/runtime/http/response.ts';

describe('If-Match', () => {
  test.each([undefined, '*', '"3-v1"', '"2-v1", "3-v2"'])('%s lets a change through', (header) => {
    expect(() => mustMatch(header, ['"3-v1"', '"3-v2"'])).not.toThrow();
  });

  test.each(['', '3-v1', '"2-v1"', 'W/"3-v1"', '"2-v1", "1-v1"'])('%s keeps a change out', (header) => {
    expect(() => mustMatch(header, ['"3-v1"', '"3-v2"'])).toThrow(PreconditionFailed);
  });
});

describe('If-None-Match', () => {
  const response = ok({ name: 'Cup' }, { etag: '"3-v1"', 'cache-control': 'public' });

  test.each(['*', '"3-v1"', 'W/"3-v1"', '"2-v1", "3-v1"'])('%s saves sending it again', (header) => {
    expect(unlessMatched(header, response)).toEqual({
      statusCode: 304,
      headers: { etag: '"3-v1"', 'cache-control': 'public' },
      body: '',
    });
  });

  test.each([undefined, '', '"2-v1"', '"3-v2"', '3-v1'])('%s gets it', (header) => {
    expect(unlessMatched(header, response)).toBe(response);
  });
});
