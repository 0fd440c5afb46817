import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { answerOf, fakeCloud, startApi } from './api-on-fake-cloud.ts';

let issuer: string;
let server: Server;
const keys: Record<string, CryptoKey> = {};

beforeAll(async () => {
  const published: object[] = [];
  for (const alg of ['RS256', 'ES256']) {
    const pair = await generateKeyPair(alg);
    keys[alg] = pair.privateKey;
    published.push({ ...(await exportJWK(pair.publicKey)), kid: alg, alg });
  }
  server = createServer((request, response) => {
    const discovery = { issuer, jwks_uri: `${issuer}/keys` };
    response.end(JSON.stringify(request.url === '/keys' ? { keys: published } : discovery));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const tokenOf = async (claims: Record<string, unknown> = {}, alg = 'RS256') =>
  new SignJWT({ sub: 'u1', iss: issuer, aud: 'shop', scope: 'orders:read profile', groups: ['a', 'b'], ...claims })
    .setProtectedHeader({ alg, kid: alg })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(keys[alg] as CryptoKey);

const serve = async () => {
  const cloud = fakeCloud({ main: (event) => event.requestContext.authorizer });
  const api = await startApi(cloud, {
    routes: {
      'GET /me': { AuthorizationType: 'JWT' },
      'GET /orders': { AuthorizationType: 'JWT', AuthorizationScopes: ['orders:read', 'orders:write'] },
      'PUT /orders': { AuthorizationType: 'JWT', AuthorizationScopes: ['orders:write'] },
    },
    authorizer: {
      Name: 'jwt',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: issuer, Audience: ['shop'] },
    },
  });
  const send = (path: string, token?: string, method = 'GET') =>
    fetch(`${api.url}${path}`, { method, headers: token ? { authorization: `Bearer ${token}` } : {} });
  return { cloud, send };
};

describe('a JWT authorizer', () => {
  test('lets a token of the issuer pass and hands its claims on as text', async () => {
    const { send } = await serve();

    const { jwt } = (await (await send('/me', await tokenOf())).json()) as { jwt: { claims: object; scopes: null } };

    expect(jwt.claims).toMatchObject({
      sub: 'u1',
      iss: issuer,
      aud: 'shop',
      groups: '[a b]',
      exp: expect.stringMatching(/^\d+$/),
    });
    expect(jwt.scopes).toBeNull();
  });

  test("asks for one of the route's scopes", async () => {
    const { send } = await serve();
    const token = await tokenOf();

    expect(await (await send('/orders', token)).json()).toMatchObject({ jwt: { scopes: ['orders:read'] } });
    expect(await answerOf(await send('/orders', token, 'PUT'))).toEqual({
      status: 403,
      body: { message: 'Forbidden' },
    });
  });

  test.each([
    ['no token', undefined],
    ['no JWT', async () => 'nonsense'],
    ['another audience', () => tokenOf({ aud: 'other' })],
    ['another issuer', () => tokenOf({ iss: 'https://example.com' })],
    ['an algorithm that is not RSA', () => tokenOf({}, 'ES256')],
  ])('refuses a request with %s', async (_, token) => {
    const { send } = await serve();

    const response = await send('/me', await token?.());

    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await answerOf(response)).toEqual({ status: 401, body: { message: 'Unauthorized' } });
  });

  test('refuses a token that has expired', async () => {
    const { send, cloud } = await serve();
    const token = await tokenOf();

    cloud.clock.advance(2 * 3_600_000);

    const response = await send('/me', token);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('the token has expired');
  });

  test('takes client_id for the audience when there is none', async () => {
    const { send } = await serve();

    expect((await send('/me', await tokenOf({ aud: undefined, client_id: 'shop' }))).status).toBe(200);
  });
});
