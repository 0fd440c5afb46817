import { describe, expect, test } from '@jest/globals';
import { answerOf, fakeCloud, ROLE_ARN, ROLE_KEY, startApi } from './api-on-fake-cloud.ts';

const signedBy = (key: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261122/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0`,
});

const serve = async () => {
  const cloud = fakeCloud({ main: (event) => event.requestContext.authorizer });
  const api = await startApi(cloud, { routes: { 'GET /orders/{id}': { AuthorizationType: 'AWS_IAM' } } });
  const allow = (path: string) =>
    cloud.allowedArns.push(`execute-api:Invoke arn:aws:execute-api:us-east-1:000000000000:${api.apiId}/${path}`);
  return { ...api, allow };
};

describe('a route with AWS_IAM', () => {
  test('refuses a request that nobody signed', async () => {
    const { url } = await serve();

    expect(await answerOf(await fetch(`${url}/orders/7`))).toEqual({ status: 403, body: { message: 'Forbidden' } });
  });

  test('refuses a role whose policies do not allow the path', async () => {
    const { url, allow } = await serve();
    allow('$default/GET/orders/8');

    expect((await fetch(`${url}/orders/7`, { headers: signedBy(ROLE_KEY) })).status).toBe(403);
  });

  test('lets a role with the permission pass and says who it is', async () => {
    const { url, allow } = await serve();
    allow('$default/GET/orders/7');

    expect(await answerOf(await fetch(`${url}/orders/7`, { headers: signedBy(ROLE_KEY) }))).toEqual({
      status: 200,
      body: { iam: expect.objectContaining({ accessKey: ROLE_KEY, accountId: '000000000000', userArn: ROLE_ARN }) },
    });
  });

  test('lets the operator pass', async () => {
    const { url } = await serve();

    expect((await fetch(`${url}/orders/7`, { headers: signedBy('AKIAME') })).status).toBe(200);
  });
});
