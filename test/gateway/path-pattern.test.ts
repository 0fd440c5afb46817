import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { covers, fillIn, matchPath, parsePattern } from '#functions/gateway/path-pattern.ts';
import { routeFinder } from '#functions/gateway/route-finder.ts';
import { aLiveRoute } from './builders.ts';

const match = (pattern: string, path: string) => matchPath(parsePattern(pattern), path);

describe('a path pattern', () => {
  test.each<[pattern: string, path: string, parameters: Record<string, string> | undefined]>([
    ['/', '/', {}],
    ['/', '/shop', undefined],
    ['/shop', '/shop', {}],
    ['/shop', '/shop/', undefined],
    ['/shop/items/{id}', '/shop/items/7', { id: '7' }],
    ['/shop/items/{id}', '/shop/items/a%20b', { id: 'a%20b' }],
    ['/shop/items/{id}', '/shop/items/', undefined],
    ['/shop/items/{id}', '/shop/items/7/more', undefined],
    ['/shop/*', '/shop/items/7', { proxy: 'items/7' }],
    ['/shop/*', '/shop/', { proxy: '' }],
    ['/shop/*', '/shop', undefined],
    ['/shop/{rest+}', '/shop/a/b', { rest: 'a/b' }],
    ['/*', '/', { proxy: '' }],
    ['/a%20b', '/a b', {}],
    ['/shop/*', '/shopping/a', undefined],
  ])('%s and the path %s', (pattern, path, parameters) => {
    expect(match(pattern, path)).toEqual(parameters);
  });

  test.each([
    '..',
    '.',
    '%2e%2e',
    '%2E.',
    '%252e%252e',
    'a%2fb',
    'a%5Cb',
    'a%00',
    '%0d%0a',
    'a%252Fb',
    '..;',
    '..;a=b',
    '%2e%2e%3b',
  ])('serves no path with the segment %s, which a server may read in its own way', (segment) => {
    expect(match('/shop/*', `/shop/${segment}/b`)).toBeUndefined();
    expect(match('/shop/{id}', `/shop/${segment}`)).toBeUndefined();
  });

  test.each([
    '',
    'shop',
    '/shop//items',
    '/shop/',
    '/*/items',
    '/{a+}/b',
    '/{a}/{a}',
    '/{1a}',
    '/a b',
    '/a?b',
    '/..',
    '/{',
    '/a*',
  ])('is not "%s"', (text) => {
    expect(() => parsePattern(text)).toThrow();
  });

  test('covers another that serves none but its paths', () => {
    const isCovered = (inner: string, outer: string) => covers(parsePattern(outer), parsePattern(inner));

    expect(isCovered('/orders/{id}', '/orders/{order_id}')).toBe(true);
    expect(isCovered('/orders/7', '/orders/{order_id}')).toBe(true);
    expect(isCovered('/orders/{id}', '/orders/user')).toBe(false);
    expect(isCovered('/orders/*', '/orders/{order_id}')).toBe(false);
  });

  test('fills in a rewrite', () => {
    expect(fillIn('/v2/items/{id}', { id: 'a%20b' })).toBe('/v2/items/a%20b');
    expect(fillIn('/api/*', { proxy: 'a/b' })).toBe('/api/a/b');
    expect(fillIn('/api/{rest+}', { rest: 'a/b' })).toBe('/api/a/b');
  });
});

describe('the route of a request', () => {
  const routes = (...patterns: [pattern: string, method?: 'GET' | 'POST'][]) =>
    patterns.map(([path_pattern, method]) =>
      aLiveRoute({ path_pattern, method, route_id: `${method} ${path_pattern}` }),
    );

  test('is the most specific one, whatever their order', () => {
    const all = routes(['/*'], ['/shop/*'], ['/shop/{a}/{b}'], ['/shop/items/{id}'], ['/shop/items/new'], ['/{any}']);
    const expected = [
      ['/shop/items/new', 'undefined /shop/items/new'],
      ['/shop/items/7', 'undefined /shop/items/{id}'],
      ['/shop/carts/7', 'undefined /shop/{a}/{b}'],
      ['/shop/carts/7/lines', 'undefined /shop/*'],
      ['/shop', 'undefined /{any}'],
      ['/elsewhere/a/b', 'undefined /*'],
    ];

    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        const find = routeFinder(shuffled);
        for (const [path, id] of expected) expect(find('GET', path as string)?.route.route_id).toBe(id);
      }),
    );
  });

  test('names the method before one that takes all', () => {
    const find = routeFinder(routes(['/shop'], ['/shop', 'GET']));

    expect(find('GET', '/shop')?.route.method).toBe('GET');
    expect(find('HEAD', '/shop')?.route.method).toBe('GET');
    expect(find('POST', '/shop')?.route.method).toBeUndefined();
  });

  test('is not one of another method', () => {
    expect(routeFinder(routes(['/shop', 'GET']))('POST', '/shop')).toBeUndefined();
  });

  test('is never one that another matching route is more specific than', () => {
    const segment = fc.constantFrom('a', 'b', '{x}');
    const pattern = fc
      .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(
        ([segments, open]) =>
          `/${[...segments.map((s, i) => (s === '{x}' ? `{x${i}}` : s)), ...(open ? ['*'] : [])].join('/')}`,
      );
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
      .map((parts) => `/${parts.join('/')}`);

    fc.assert(
      fc.property(fc.uniqueArray(pattern, { minLength: 1, maxLength: 8 }), path, (patterns, asked) => {
        const found = routeFinder(routes(...patterns.map((one): [string] => [one])))('GET', asked)?.route.path_pattern;
        const matching = patterns.filter((one) => match(one, asked));

        expect(found === undefined).toBe(matching.length === 0);
        // Counted another way: what is written out, from the left, before what is left open.
        const rank = (one: string) =>
          (one.endsWith('*') ? '1' : '0') +
          one.replaceAll(/[^/]+/g, (s) => (s === '*' ? '2' : s.startsWith('{') ? '1' : '0'));
        for (const other of matching) expect(rank(found as string) <= rank(other)).toBe(true);
      }),
    );
  });
});
