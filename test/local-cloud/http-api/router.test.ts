import { describe, expect, test } from '@jest/globals';
import type { Route } from '#lib/local-cloud/http-api/model.ts';
import { createRouter } from '#lib/local-cloud/http-api/router.ts';
import { answerOf, fakeCloud, startApi } from './api-on-fake-cloud.ts';

const route = (routeKey: string): Route => ({ routeId: routeKey, routeKey, authorizationType: 'NONE', scopes: [] });

describe('route selection', () => {
  const documented = ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default'];
  const methods = ['GET /orders', 'ANY /orders', 'ANY /orders/{id}', 'GET /orders/{id}', 'GET /orders/latest'];

  test.each([
    ['a full match', documented, 'GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['a path variable', documented, 'GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['a greedy variable', documented, 'GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['ANY when no route names the method', documented, 'POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['$default for what a greedy variable does not take', documented, 'GET', '/', '$default', {}],
    ['the method before ANY', methods, 'GET', '/orders', 'GET /orders', {}],
    ['ANY for other methods', methods, 'DELETE', '/orders', 'ANY /orders', {}],
    ['a literal before a variable', methods, 'GET', '/orders/latest', 'GET /orders/latest', {}],
    [
      'a variable where only the literal misses the method',
      methods,
      'PUT',
      '/orders/latest',
      'ANY /orders/{id}',
      { id: 'latest' },
    ],
    ['a full match before a greedy one', ['GET /a/{proxy+}', 'GET /{x}/b'], 'GET', '/a/b', 'GET /{x}/b', { x: 'a' }],
    [
      'the longer greedy path',
      ['ANY /{proxy+}', 'ANY /api/{proxy+}'],
      'GET',
      '/api/x/y',
      'ANY /api/{proxy+}',
      { proxy: 'x/y' },
    ],
    ['decoded parameters', methods, 'GET', '/orders/a%2Fb', 'GET /orders/{id}', { id: 'a/b' }],
  ])('takes %s', (_, keys, method, path, routeKey, pathParameters) => {
    const match = createRouter(keys.map(route))(method, path);

    expect(match?.route.routeKey).toBe(routeKey);
    expect(match?.pathParameters).toEqual(pathParameters);
  });

  test.each([
    ['another path', 'GET', '/carts'],
    ['a longer path', 'GET', '/orders/1/items'],
    ['a trailing slash', 'GET', '/orders/'],
    ['a shorter path', 'GET', '/'],
  ])('finds nothing for %s', (_, method, path) => {
    expect(createRouter(methods.map(route))(method, path)).toBeUndefined();
  });
});

describe('an API', () => {
  test('answers 404 where it has no route', async () => {
    const { url } = await startApi(fakeCloud(), { routes: { 'GET /orders': {} } });

    expect(await answerOf(await fetch(`${url}/carts`))).toEqual({ status: 404, body: { message: 'Not Found' } });
  });

  test('answers 404 in a stage that was never deployed', async () => {
    const { url } = await startApi(fakeCloud(), { routes: { 'GET /': {} }, stage: { AutoDeploy: false } });

    expect((await fetch(url)).status).toBe(404);
  });

  test('refuses a route that exists already', async () => {
    const { create, apiId } = await startApi(fakeCloud(), { routes: { 'GET /': {} } });

    await expect(create('Route', 'Again', { ApiId: apiId, RouteKey: 'GET /' })).rejects.toThrow(
      'Shop/Again: Route with key GET / already exists',
    );
  });
});
