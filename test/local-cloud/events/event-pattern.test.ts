import { describe, expect, test } from '@jest/globals';
import { compileEventPattern, explainEventPattern } from '#lib/local-cloud/events/event-pattern.ts';

type Case = [title: string, pattern: object, event: object, matches: boolean];

const EC2_EVENT = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '111122223333',
  time: '2017-12-22T18:43:48Z',
  region: 'us-west-1',
  resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
  detail: { 'instance-id': 'i-1234567890abcdef0', state: 'terminated', 'c-count': 5, 'source-ip': '10.0.0.33' },
};

const FIELDS: Case[] = [
  ['one field', { source: ['aws.ec2'] }, EC2_EVENT, true],
  ['another value', { source: ['aws.s3'] }, EC2_EVENT, false],
  ['one of several values', { source: ['aws.s3', 'aws.ec2'] }, EC2_EVENT, true],
  ['all of several fields', { source: ['aws.ec2'], detail: { state: ['terminated'] } }, EC2_EVENT, true],
  ['not all of several fields', { source: ['aws.ec2'], detail: { state: ['running'] } }, EC2_EVENT, false],
  ['a field that is missing', { detail: { reason: ['x'] } }, EC2_EVENT, false],
  ['an object where the event has a scalar', { source: { name: ['aws.ec2'] } }, EC2_EVENT, false],
  ['a leaf where the event has an object', { detail: ['terminated'] }, EC2_EVENT, false],
  ['a name that every object inherits', { detail: { constructor: [{ exists: true }] } }, EC2_EVENT, false],
  ['case matters', { source: ['AWS.EC2'] }, EC2_EVENT, false],
  ['a number', { detail: { 'c-count': [5] } }, EC2_EVENT, true],
  ['a number written as text', { detail: { 'c-count': ['5'] } }, EC2_EVENT, false],
  ['true', { flag: [true] }, { flag: true }, true],
  ['true against its text', { flag: [true] }, { flag: 'true' }, false],
  ['null', { user: [null] }, { user: null }, true],
  ['null against a missing field', { user: [null] }, {}, false],
  ['null against an empty string', { user: [null] }, { user: '' }, false],
  ['an empty string', { name: [''] }, { name: '' }, true],
  ['an empty string against null', { name: [''] }, { name: null }, false],
];

const ARRAYS: Case[] = [
  ['any element of an array', { resources: ['b'] }, { resources: ['a', 'b'] }, true],
  ['no element of an array', { resources: ['c'] }, { resources: ['a', 'b'] }, false],
  ['an empty array', { resources: ['a'] }, { resources: [] }, false],
  ['an element of a nested array', { a: [3] }, { a: [1, [2, [3]]] }, true],
  ['an operator on any element', { a: [{ prefix: 'x' }] }, { a: ['b', 'xy'] }, true],
  ['a field of any object', { items: { sku: ['B'] } }, { items: [{ sku: 'A' }, { sku: 'B' }] }, true],
  ['fields of one object', { items: { sku: ['A'], n: [1] } }, { items: [{ sku: 'A', n: 1 }, { sku: 'B' }] }, true],
  [
    'fields of different objects do not count together',
    { items: { sku: ['A'], n: [2] } },
    {
      items: [
        { sku: 'A', n: 1 },
        { sku: 'B', n: 2 },
      ],
    },
    false,
  ],
  ['objects in a nested array', { a: { b: [1] } }, { a: [[{ b: 2 }], [{ b: 1 }]] }, true],
  ['a field beside scalars', { a: { b: [1] } }, { a: ['x', { b: 1 }] }, true],
];

const PREFIX_AND_SUFFIX: Case[] = [
  ['prefix', { time: [{ prefix: '2017-12-22' }] }, EC2_EVENT, true],
  ['another prefix', { time: [{ prefix: '2018' }] }, EC2_EVENT, false],
  ['prefix of a number', { detail: { 'c-count': [{ prefix: '5' }] } }, EC2_EVENT, false],
  ['prefix minds case', { source: [{ prefix: 'AWS' }] }, EC2_EVENT, false],
  ['prefix ignoring case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, EC2_EVENT, true],
  ['another prefix ignoring case', { source: [{ prefix: { 'equals-ignore-case': 'gcp' } }] }, EC2_EVENT, false],
  ['suffix', { FileName: [{ suffix: '.png' }] }, { FileName: 'a.png' }, true],
  ['another suffix', { FileName: [{ suffix: '.png' }] }, { FileName: 'a.jpg' }, false],
  ['suffix minds case', { FileName: [{ suffix: '.png' }] }, { FileName: 'a.PNG' }, false],
  ['suffix ignoring case', { FileName: [{ suffix: { 'equals-ignore-case': '.png' } }] }, { FileName: 'a.PNG' }, true],
  ['another suffix ignoring case', { f: [{ suffix: { 'equals-ignore-case': '.png' } }] }, { f: 'a.gif' }, false],
  [
    'equals-ignore-case',
    { 'detail-type': [{ 'equals-ignore-case': 'ORDER placed' }] },
    { 'detail-type': 'Order Placed' },
    true,
  ],
  ['equals-ignore-case is the whole text', { a: [{ 'equals-ignore-case': 'ab' }] }, { a: 'ABC' }, false],
];

const ANYTHING_BUT: Case[] = [
  ['another value', { state: [{ 'anything-but': 'initializing' }] }, { state: 'running' }, true],
  ['the value', { state: [{ 'anything-but': 'initializing' }] }, { state: 'initializing' }, false],
  ['a missing field', { state: [{ 'anything-but': 'initializing' }] }, {}, false],
  ['null', { state: [{ 'anything-but': 'initializing' }] }, { state: null }, true],
  ['a list without it', { state: [{ 'anything-but': ['stopped', 'overloaded'] }] }, { state: 'running' }, true],
  ['a list with it', { state: [{ 'anything-but': ['stopped', 'overloaded'] }] }, { state: 'stopped' }, false],
  ['another number', { n: [{ 'anything-but': 123 }] }, { n: 5 }, true],
  ['the number', { n: [{ 'anything-but': 123 }] }, { n: 123 }, false],
  ['a list of numbers', { n: [{ 'anything-but': [100, 200, 300] }] }, { n: 200 }, false],
  ['the number as text', { n: [{ 'anything-but': [100] }] }, { n: '100' }, true],
  ['another prefix', { Region: [{ 'anything-but': { prefix: 'us-' } }] }, { Region: 'eu-west-1' }, true],
  ['the prefix', { Region: [{ 'anything-but': { prefix: 'us-' } }] }, { Region: 'us-east-1' }, false],
  ['one of the prefixes', { Region: [{ 'anything-but': { prefix: ['us-', 'eu-'] } }] }, { Region: 'eu-1' }, false],
  ['the suffix', { f: [{ 'anything-but': { suffix: '.png' } }] }, { f: 'a.png' }, false],
  ['another suffix', { f: [{ 'anything-but': { suffix: ['.png', '.gif'] } }] }, { f: 'a.txt' }, true],
  ['the value in another case', { s: [{ 'anything-but': { 'equals-ignore-case': 'on' } }] }, { s: 'ON' }, false],
  ['a list in another case', { s: [{ 'anything-but': { 'equals-ignore-case': ['on', 'off'] } }] }, { s: 'OFF' }, false],
  ['no case of it', { s: [{ 'anything-but': { 'equals-ignore-case': ['on'] } }] }, { s: 'out' }, true],
  ['the wildcard', { p: [{ 'anything-but': { wildcard: '*/lib/*' } }] }, { p: 'a/lib/b' }, false],
  ['not the wildcard', { p: [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }] }, { p: 'a/src/b' }, true],
  ['any element of an array', { s: [{ 'anything-but': 'a' }] }, { s: ['a', 'b'] }, true],
];

const NUMERIC: Case[] = [
  ['=', { Price: [{ numeric: ['=', 100] }] }, { Price: 100 }, true],
  ['= in another notation', { Price: [{ numeric: ['=', 3.018e2] }] }, { Price: 301.8 }, true],
  ['= another number', { Price: [{ numeric: ['=', 100] }] }, { Price: 100.5 }, false],
  ['< below', { n: [{ numeric: ['<', 10] }] }, { n: 9.99 }, true],
  ['< at', { n: [{ numeric: ['<', 10] }] }, { n: 10 }, false],
  ['<= at', { n: [{ numeric: ['<=', 10] }] }, { n: 10 }, true],
  ['> at', { n: [{ numeric: ['>', -1] }] }, { n: -1 }, false],
  ['>= at', { n: [{ numeric: ['>=', -1] }] }, { n: -1 }, true],
  ['in a range', { Price: [{ numeric: ['>', 10, '<=', 20] }] }, { Price: 20 }, true],
  ['at the open end of a range', { Price: [{ numeric: ['>', 10, '<=', 20] }] }, { Price: 10 }, false],
  ['beyond a range', { Price: [{ numeric: ['>', 10, '<=', 20] }] }, { Price: 20.1 }, false],
  ['a number as text', { n: [{ numeric: ['>', 0] }] }, { n: '5' }, false],
];

const EXISTS: Case[] = [
  ['a field that is there', { detail: { state: [{ exists: true }] } }, EC2_EVENT, true],
  ['a field that is null', { a: [{ exists: true }] }, { a: null }, true],
  ['a field that is missing', { detail: { reason: [{ exists: true }] } }, EC2_EVENT, false],
  ['an object, which is no leaf', { detail: [{ exists: true }] }, EC2_EVENT, false],
  ['absence of a field that is missing', { detail: { reason: [{ exists: false }] } }, EC2_EVENT, true],
  ['absence of a field that is there', { detail: { state: [{ exists: false }] } }, EC2_EVENT, false],
  ['absence below a missing object', { a: { b: [{ exists: false }] } }, {}, true],
  ['absence of an object, which is no leaf', { detail: [{ exists: false }] }, EC2_EVENT, true],
  ['absence or a value, with a third value', { a: [{ exists: false }, 'x'] }, { a: 'y' }, false],
  ['absence or a value, with the value', { a: [{ exists: false }, 'x'] }, { a: 'x' }, true],
];

const CIDR: Case[] = [
  ['an address inside', { detail: { 'source-ip': [{ cidr: '10.0.0.0/24' }] } }, EC2_EVENT, true],
  ['an address outside', { detail: { 'source-ip': [{ cidr: '10.1.0.0/24' }] } }, EC2_EVENT, false],
  ['an IPv6 address inside', { ip: [{ cidr: '2001:db8::/32' }] }, { ip: '2001:db8::1' }, true],
  ['an IPv6 address outside', { ip: [{ cidr: '2001:db8::/32' }] }, { ip: '2001:db9::1' }, false],
  ['an address of the other family', { ip: [{ cidr: '0.0.0.0/0' }] }, { ip: '::1' }, false],
  ['no address', { ip: [{ cidr: '0.0.0.0/0' }] }, { ip: 'localhost' }, false],
];

const WILDCARD: Case[] = [
  ['in the middle', { f: [{ wildcard: 'dir/*.png' }] }, { f: 'dir/a/b.png' }, true],
  ['for nothing', { f: [{ wildcard: 'dir/*.png' }] }, { f: 'dir/.png' }, true],
  ['several', { f: [{ wildcard: 'a*b*c' }] }, { f: 'aXbYbZc' }, true],
  ['in the wrong order', { f: [{ wildcard: 'a*b*c' }] }, { f: 'acb' }, false],
  ['whose ends may not overlap', { f: [{ wildcard: 'aba*aba' }] }, { f: 'aba' }, false],
  ['whose middle may not reach into the end', { f: [{ wildcard: '*ab*b' }] }, { f: 'ab' }, false],
  ['alone', { f: [{ wildcard: '*' }] }, { f: '' }, true],
  ['none', { f: [{ wildcard: 'abc' }] }, { f: 'abcd' }, false],
  ['an asterisk itself', { f: [{ wildcard: 'a\\*b' }] }, { f: 'a*b' }, true],
  ['an asterisk itself against other text', { f: [{ wildcard: 'a\\*b' }] }, { f: 'axb' }, false],
  ['a backslash itself', { f: [{ wildcard: 'a\\\\*' }] }, { f: 'a\\b' }, true],
  ['against a number', { f: [{ wildcard: '*' }] }, { f: 1 }, false],
];

const METRIC = { $or: [{ metricName: ['CPU', 'Latency'] }, { namespace: ['EC2'], metricType: ['x'] }] };
const OR: Case[] = [
  ['the first alternative', METRIC, { metricName: 'CPU' }, true],
  ['the second alternative', METRIC, { namespace: 'EC2', metricType: 'x' }, true],
  ['half of the second alternative', METRIC, { namespace: 'EC2' }, false],
  ['an alternative and another field', { source: ['cw'], ...METRIC }, { source: 'cw', metricName: 'CPU' }, true],
  ['an alternative without the other field', { source: ['cw'], ...METRIC }, { metricName: 'CPU' }, false],
  ['inside of a field', { detail: { $or: [{ a: [1] }, { b: [2] }] } }, { detail: { b: 2 } }, true],
  ['within an alternative', { $or: [{ a: [1], $or: [{ b: [1] }, { c: [1] }] }, { d: [1] }] }, { a: 1, c: 1 }, true],
  [
    'with operators',
    { detail: { $or: [{ c: [{ numeric: ['>', 0] }] }, { x: [{ exists: false }] }] } },
    { detail: { x: 1 } },
    false,
  ],
  ['as the name of a field', { $or: { a: [1] } }, { $or: { a: 1 } }, true],
  ['as the name of a field with values', { $or: ['a', 'b'] }, { $or: 'b' }, true],
];

const COMPLEX = {
  time: [{ prefix: '2017-12-22' }],
  detail: {
    state: [{ 'anything-but': 'initializing' }],
    'c-count': [{ numeric: ['>', 0, '<=', 5] }],
    'source-ip': [{ cidr: '10.0.0.0/8' }],
    'x-limit': [{ exists: false }],
  },
};

describe('an event pattern', () => {
  test.each(FIELDS)('with fields: %s', (_title, pattern, event, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });
  test.each(ARRAYS)('on arrays: %s', (_title, pattern, event, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });
  test.each(PREFIX_AND_SUFFIX)('on text: %s', (_title, pattern, event, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });
  test.each(ANYTHING_BUT)('with anything-but: %s', (_title, pattern, event, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });
  test.each(NUMERIC)('with numeric: %s', (_title, pattern, event, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });
  test.each(EXISTS)('with exists: %s', (_title, pattern, event, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });
  test.each(CIDR)('with cidr: %s', (_title, pattern, event, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });
  test.each(WILDCARD)('with wildcards: %s', (_title, pattern, event, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });
  test.each(OR)('with $or: %s', (_title, pattern, event, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });
  test('with everything at once', () => {
    expect(compileEventPattern(JSON.stringify(COMPLEX))(EC2_EVENT)).toBe(true);
  });
});

const INVALID: [pattern: unknown, reason: string][] = [
  ['not json', 'Unexpected token'],
  [[], 'Filter is not an object'],
  [{}, 'Empty objects are not allowed'],
  [{ source: 'aws.ec2' }, '"source" must be an object or an array'],
  [{ source: null }, '"source" must be an object or an array'],
  [{ source: [] }, 'Empty arrays are not allowed'],
  [{ detail: {} }, 'Empty objects are not allowed'],
  [{ source: [['a']] }, 'Match value must be String, number, true, false, or null'],
  [{ source: [{}] }, 'Match expression name not found'],
  [{ source: [{ contains: 'a' }] }, 'Unrecognized match type contains'],
  [{ source: [{ toString: 'a' }] }, 'Unrecognized match type toString'],
  [{ source: [{ prefix: 'a', suffix: 'b' }] }, 'Only one key allowed in match expression'],
  [{ source: [{ prefix: 1 }] }, 'prefix match pattern must be a string'],
  [{ source: [{ prefix: { wildcard: 'a' } }] }, 'Unsupported prefix pattern: wildcard'],
  [{ source: [{ suffix: ['a'] }] }, 'suffix match pattern must be a string'],
  [{ source: [{ 'equals-ignore-case': 1 }] }, 'equals-ignore-case match pattern must be a string'],
  [{ source: [{ exists: 'true' }] }, 'exists match pattern must be either true or false.'],
  [{ source: [{ wildcard: 'a**b' }] }, 'Consecutive wildcard characters at pos 1'],
  [{ source: [{ wildcard: 'a\\b' }] }, 'Invalid escape character at pos 1'],
  [{ n: [{ numeric: 5 }] }, 'Value of numeric must be an array.'],
  [{ n: [{ numeric: [] }] }, 'Invalid member in numeric match'],
  [{ n: [{ numeric: ['!', 5] }] }, 'Unrecognized numeric range operator: !'],
  [{ n: [{ numeric: ['=', 'a'] }] }, 'Value of equals must be numeric'],
  [{ n: [{ numeric: ['<', '5'] }] }, 'Value of < must be numeric'],
  [{ n: [{ numeric: ['<', 5, '>', 1] }] }, 'Too many elements in numeric expression'],
  [{ n: [{ numeric: ['>', 1, '>', 5] }] }, 'Bad numeric range operator: >'],
  [{ n: [{ numeric: ['>', 5, '<', 1] }] }, 'Bottom must be less than top'],
  [{ n: [{ numeric: ['>', 5, '<', 9, '<', 10] }] }, 'Too many terms in numeric range expression'],
  [{ n: [{ numeric: ['>', 6e9] }] }, 'Value must be between -5.0E9 and 5.0E9'],
  [{ a: [{ 'anything-but': [] }] }, 'Empty arrays are not allowed'],
  [{ a: [{ 'anything-but': ['a', 1] }] }, 'mixed type is not supported'],
  [{ a: [{ 'anything-but': [null] }] }, 'start|null|boolean is not supported'],
  [{ a: [{ 'anything-but': true }] }, 'must be an array or single string/number value'],
  [{ a: [{ 'anything-but': { numeric: ['<', 1] } }] }, 'Unsupported anything-but pattern: numeric'],
  [{ a: [{ 'anything-but': { prefix: '' } }] }, 'Null prefix/suffix not allowed'],
  [{ a: [{ cidr: '10.0.0.0' }] }, "Malformed CIDR, one '/' required"],
  [{ a: [{ cidr: 'ten/8' }] }, 'Nonstandard IP address: ten'],
  [{ a: [{ cidr: '10.0.0.0/33' }] }, 'Malformed CIDR, mask bits: 33'],
  [{ $or: [{ a: [1] }] }, 'Unrecognized match type a'],
];

describe('an invalid event pattern', () => {
  test.each(INVALID)('%j is refused: %s', (pattern, reason) => {
    const compile = () => compileEventPattern(pattern as object);
    expect(compile).toThrow(`Event pattern is not valid. Reason: `);
    expect(compile).toThrow(reason);
    expect(compile).toThrow(expect.objectContaining({ code: 'InvalidEventPatternException' }));
  });
});

describe('an explained event pattern', () => {
  const all = [FIELDS, ARRAYS, PREFIX_AND_SUFFIX, ANYTHING_BUT, NUMERIC, EXISTS, CIDR, WILDCARD, OR].flat();

  test.each(all)('has reasons exactly where it does not match: %s', (_title, pattern, event, matches) => {
    expect(explainEventPattern(pattern)(event).length === 0).toBe(matches);
  });

  test('names each field with what is wanted and what there is', () => {
    const pattern = { source: ['a'], detail: { state: [{ prefix: 'run' }], code: [{ exists: true }] } };

    const mismatches = explainEventPattern(pattern)({ source: 'b', detail: { state: 'stopped' } });

    expect(mismatches).toEqual([
      { field: 'source', wanted: ['a'], found: 'b' },
      { field: 'detail.state', wanted: [{ prefix: 'run' }], found: 'stopped' },
      { field: 'detail.code', wanted: [{ exists: true }], found: undefined },
    ]);
  });

  test('speaks of the alternative, or the element of an array, that comes closest', () => {
    const explainOr = explainEventPattern({ $or: [{ a: [1], b: [1] }, { c: [1] }] });
    const explainArray = explainEventPattern({ items: { name: ['x'], size: [1] } });

    expect(explainOr({ c: 2 })).toEqual([{ field: 'c', wanted: [1], found: 2 }]);
    expect(explainArray({ items: [{ name: 'y' }, { name: 'x', size: 2 }] })).toEqual([
      { field: 'items.size', wanted: [1], found: 2 },
    ]);
  });
});
