import { describe, expect, test } from '@jest/globals';
import { answerOf, FUNCTION_ARN, fakeCloud, type Handler, startApi } from './api-on-fake-cloud.ts';

const AUTHORIZER = {
  Name: 'authorizer',
  AuthorizerType: 'REQUEST',
  AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}guard/invocations`,
  AuthorizerPayloadFormatVersion: '2.0',
  EnableSimpleResponses: true,
  IdentitySource: ['$request.header.Authorization'],
  AuthorizerResultTtlInSeconds: 0,
};

const PROTECTED = { AuthorizationType: 'CUSTOM' };

const serve = async (guard: Handler, authorizer: Record<string, unknown> = {}) => {
  const cloud = fakeCloud({ guard, main: (event) => event.requestContext.authorizer });
  const routes = { 'GET /orders/{id}': PROTECTED, 'GET /carts': PROTECTED };
  const api = await startApi(cloud, { routes, authorizer: { ...AUTHORIZER, ...authorizer } });
  const get = (path = '/orders/7', token: string | undefined = 'secret') =>
    fetch(`${api.url}${path}`, { headers: token ? { authorization: token } : {} });
  const asked = () => cloud.invocations('guard').length;
  return { ...api, cloud, get, asked };
};

describe('a Lambda authorizer', () => {
  test('gets the request and its identity sources', async () => {
    const { get, cloud, apiId } = await serve(() => ({ isAuthorized: true }));

    await get('/orders/7?x=1');

    const [call] = cloud.invocations('guard');
    expect(JSON.parse(call?.input.Payload)).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/GET/orders/7`,
      identitySource: ['secret'],
      routeKey: 'GET /orders/{id}',
      rawPath: '/orders/7',
      rawQueryString: 'x=1',
      pathParameters: { id: '7' },
      requestContext: { http: { method: 'GET' } },
    });
    expect(call?.context.caller).toMatchObject({
      principal: 'apigateway.amazonaws.com',
      sourceArn: expect.stringMatching(new RegExp(`:${apiId}/authorizers/\\w+$`)),
    });
  });

  test('hands its context on to the integration', async () => {
    const { get } = await serve(() => ({ isAuthorized: true, context: { userId: 'u1', roles: ['admin'], n: 1 } }));

    expect(await (await get()).json()).toEqual({ lambda: { userId: 'u1', roles: ['admin'], n: 1 } });
  });

  const policy = (Effect: string, Resource: string) => () => ({
    principalId: 'u1',
    policyDocument: { Version: '2012-10-17', Statement: [{ Effect, Action: 'execute-api:Invoke', Resource }] },
    context: { userId: 'u1' },
  });

  test.each([
    ['a simple yes', () => ({ isAuthorized: true }), {}, 200],
    ['a simple no', () => ({ isAuthorized: false }), {}, 403],
    ['an answer without isAuthorized', () => ({ authorized: true }), {}, 500],
    ['an error', () => Promise.reject(new Error('broken')), {}, 500],
    ['the error Unauthorized', () => Promise.reject(new Error('Unauthorized')), {}, 401],
    [
      'a policy that allows the route',
      policy('Allow', 'arn:aws:execute-api:*:*:*/GET/orders/*'),
      { EnableSimpleResponses: false },
      200,
    ],
    [
      'a policy that allows another',
      policy('Allow', 'arn:aws:execute-api:*:*:*/GET/carts'),
      { EnableSimpleResponses: false },
      403,
    ],
    ['a policy that denies', policy('Deny', '*'), { EnableSimpleResponses: false }, 403],
    [
      'a policy without principal',
      () => ({ policyDocument: { Statement: [] } }),
      { EnableSimpleResponses: false },
      500,
    ],
    ['a policy in format 1.0', policy('Allow', '*'), { AuthorizerPayloadFormatVersion: '1.0' }, 200],
  ])('that answers with %s makes the status right', async (_, guard, properties, status) => {
    const { get } = await serve(guard, properties);

    expect((await get()).status).toBe(status);
  });

  test('is not asked when an identity source is missing', async () => {
    const { get, asked } = await serve(() => ({ isAuthorized: true }));

    expect(await answerOf(await get('/orders/7', ''))).toEqual({ status: 401, body: { message: 'Unauthorized' } });
    expect(asked()).toBe(0);
  });

  test('says no with Forbidden', async () => {
    const { get } = await serve(() => ({ isAuthorized: false }));

    expect(await answerOf(await get())).toEqual({ status: 403, body: { message: 'Forbidden' } });
  });
});

describe('the authorizer cache', () => {
  const CACHED = { AuthorizerResultTtlInSeconds: 300 };
  const onlySecret: Handler = ({ headers }) => ({ isAuthorized: headers.authorization === 'secret' });

  test('keeps an answer until its time is over', async () => {
    const { get, asked, cloud } = await serve(onlySecret, CACHED);

    await get();
    await get('/carts');
    expect(asked()).toBe(1);

    cloud.clock.advance(299_000);
    await get();
    expect(asked()).toBe(1);

    cloud.clock.advance(1_000);
    await get();
    expect(asked()).toBe(2);
  });

  test('tells callers apart and keeps refusals too', async () => {
    const { get, asked } = await serve(onlySecret, CACHED);

    const statuses = [
      (await get()).status,
      (await get('/carts', 'wrong')).status,
      (await get('/carts', 'wrong')).status,
    ];

    expect(statuses).toEqual([200, 403, 403]);
    expect(asked()).toBe(2);
  });

  test('is per route when $context.routeKey is an identity source', async () => {
    const sources = { IdentitySource: ['$request.header.Authorization', '$context.routeKey'] };
    const { get, asked } = await serve(onlySecret, { ...CACHED, ...sources });

    await get('/orders/7');
    await get('/orders/8');
    await get('/carts');

    expect(asked()).toBe(2);
  });

  test('judges a cached policy anew for each route', async () => {
    const guard: Handler = ({ routeArn }) => ({
      principalId: 'u1',
      policyDocument: { Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: routeArn }] },
    });
    const { get, asked } = await serve(guard, { ...CACHED, EnableSimpleResponses: false });

    expect((await get('/orders/7')).status).toBe(200);
    expect((await get('/carts')).status).toBe(403);
    expect(asked()).toBe(1);
  });

  test('needs an identity source', async () => {
    await expect(serve(onlySecret, { ...CACHED, IdentitySource: [] })).rejects.toThrow('needs an IdentitySource');
  });
});
