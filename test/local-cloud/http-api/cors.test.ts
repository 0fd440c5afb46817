import { describe, expect, test } from '@jest/globals';
import { FUNCTION_ARN, fakeCloud, startApi } from './api-on-fake-cloud.ts';

const CORS = {
  AllowOrigins: ['https://shop.example', 'http://*'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['authorization', 'content-type'],
  ExposeHeaders: ['etag'],
  AllowCredentials: true,
  MaxAge: 600,
};

const serve = async (
  cors: Record<string, unknown> = CORS,
  routes: Record<string, Record<string, unknown>> = { 'GET /': {} },
) => {
  const cloud = fakeCloud({
    main: () => ({ statusCode: 200, headers: { 'access-control-allow-origin': 'https://own.example' }, body: 'ok' }),
  });
  const authorizer = {
    Name: 'a',
    AuthorizerType: 'REQUEST',
    AuthorizerUri: `${FUNCTION_ARN}guard`,
    IdentitySource: ['$request.header.authorization'],
  };
  const api = await startApi(cloud, { api: { CorsConfiguration: cors }, routes, authorizer });
  const preflight = (origin: string, path = '/') =>
    fetch(`${api.url}${path}`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
  return { ...api, cloud, preflight };
};

describe('CORS', () => {
  test('answers a preflight by itself, on any path', async () => {
    const { preflight, cloud } = await serve();

    const response = await preflight('https://shop.example', '/anywhere');

    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-expose-headers': 'etag',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '600',
    });
    expect(cloud.invocations('main')).toHaveLength(0);
  });

  test.each([
    ['https://shop.example', 'https://shop.example'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['https://evil.example', null],
  ])('for the origin %s allows %s', async (origin, allowed) => {
    const { preflight } = await serve();

    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBe(allowed);
  });

  test('allows everybody by *', async () => {
    const { preflight } = await serve({ AllowOrigins: ['*'] });

    expect((await preflight('https://anyone.example')).headers.get('access-control-allow-origin')).toBe('*');
  });

  test("replaces the integration's own headers", async () => {
    const { url } = await serve();

    const response = await fetch(url, { headers: { origin: 'https://shop.example' } });

    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(await response.text()).toBe('ok');
  });

  test('reaches error answers too', async () => {
    const { url } = await serve();

    const response = await fetch(`${url}/missing`, { headers: { origin: 'https://shop.example' } });

    expect(response.status).toBe(404);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  });

  test('asks the authorizer first when a route takes OPTIONS', async () => {
    const { preflight } = await serve(CORS, { 'ANY /orders': { AuthorizationType: 'CUSTOM' } });

    expect((await preflight('https://shop.example', '/orders')).status).toBe(401);
  });

  test('refuses credentials for every origin', async () => {
    await expect(serve({ AllowOrigins: ['*'], AllowCredentials: true })).rejects.toThrow('cannot allow credentials');
  });
});
