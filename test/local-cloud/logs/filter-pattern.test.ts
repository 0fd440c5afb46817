import { describe, expect, test } from '@jest/globals';
import { compileFilter } from '#lib/local-cloud/logs/filter-pattern.ts';

describe('a filter of terms', () => {
  const both = 'ERROR WARN message';
  const error = 'ERROR message';
  const warn = 'WARN message';

  test.each([
    ['', [both, error, warn]],
    ['ERROR', [both, error]],
    ['ERROR WARN', [both]],
    ['?ERROR ?WARN', [both, error, warn]],
    ['ERROR -WARN', [error]],
    ['"ERROR message"', [error]],
    ['error', []],
    ['-ERROR', [warn]],
    ['message -"WARN message"', [error]],
  ])('%j finds the lines that fit', (pattern, expected) => {
    expect([both, error, warn].filter(compileFilter(pattern))).toEqual(expected);
  });

  test('takes escaped quotes within a phrase', () => {
    expect(compileFilter('"say \\"hi\\""')('to say "hi" twice')).toBe(true);
  });
});

describe('a filter of JSON events', () => {
  const event = {
    eventType: 'UpdateTrail',
    sourceIPAddress: '111.111.111.111',
    arrayKey: ['value', 'another value'],
    objectList: [
      { name: 'a', id: 1 },
      { name: 'b', id: 2 },
    ],
    SomeObject: null,
    ThisFlag: true,
    latency: 55.5,
    user: { id: 1, email: 'John.Stiles@example.com' },
    actions: ['GET', 'PUT', 'DELETE'],
    coordinates: [
      [0, 1, 2],
      [4, 5, 6],
    ],
    'dashed-name': 'x',
  };

  test.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{ $.eventType = UpdateTrail }', true],
    ['{ $.eventType = "Update*" }', true],
    ['{ $.eventType != UpdateTrail }', false],
    ['{ $.sourceIPAddress != 123.123.* }', true],
    ['{ $.sourceIPAddress = 111.111.* }', true],
    ['{ $.arrayKey[0] = "value" }', true],
    ['{ $.objectList[1].id = 2 }', true],
    ['{ $.SomeObject IS NULL }', true],
    ['{ $.eventType IS NULL }', false],
    ['{ $.SomeOtherObject NOT EXISTS }', true],
    ['{ $.SomeObject NOT EXISTS }', false],
    ['{ $.ThisFlag IS TRUE }', true],
    ['{ $.ThisFlag IS FALSE }', false],
    ['{ $.latency = * }', true],
    ['{ $.latency >= 55.5 }', true],
    ['{ $.latency < 10e3 }', true],
    ['{ $.latency > +1000 }', false],
    ['{ $.user.id = 1 }', true],
    ['{ $.eventType > 5 }', false],
    // Objects and lists match neither operator.
    ['{ $.user = 1 }', false],
    ['{ $.user != 1 }', false],
    ['{ $.missing != 1 }', false],
    ['{ $.dashed-name = x }', true],
    ["{ $['dashed-name'] = x }", true],
    ['{ ($.user.id = 1) && ($.objectList[0].name = "a") }', true],
    ['{ ($.user.id = 2 && $.actions[0] = "nonmatch") || $.actions[2] = "GET" }', false],
    ['{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }', true],
    [
      '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }',
      false,
    ],
    ['{$.latency>50&&$.latency<60}', true],
  ])('%s is %s', (pattern, matches) => {
    expect(compileFilter(pattern)(JSON.stringify(event))).toBe(matches);
  });

  test('finds nothing in lines that are no JSON', () => {
    expect(compileFilter('{ $.a NOT EXISTS }')('plain text')).toBe(false);
  });

  test.each(['{ $.a = }', '{ $.a ~ 1 }', '{ a = 1 }', '{ $.a = 1', '{ $.a > b }', '[ip, user]', '%ERR.*%', '"open'])(
    'refuses %s',
    (pattern) => {
      expect(() => compileFilter(pattern)).toThrow('Invalid filter pattern');
    },
  );
});
