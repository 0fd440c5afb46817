import { describe, expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '#lib/runtime/aws/signed-headers.ts';
import { answerOf, fakeCloud, ROLE_CREDENTIALS, ROLE_KEY, startApi } from './api-on-fake-cloud.ts';

type Init = ConstructorParameters<typeof SignatureV4>[0];

const signer = (differences: Partial<Init> = {}) =>
  new SignatureV4({
    service: 'execute-api',
    region: 'us-east-1',
    credentials: ROLE_CREDENTIALS,
    sha256: Sha256,
    ...differences,
  });

interface Signing {
  by?: SignatureV4;
  method?: string;
  body?: string;
  headers?: Record<string, string>;
  at?: Date;
}

const requestTo = (url: URL, { method = 'GET', body, headers = {} }: Signing) => ({
  method,
  protocol: url.protocol,
  hostname: url.hostname,
  path: url.pathname,
  query: Object.fromEntries(url.searchParams),
  headers: { ...headers, host: url.host },
  body,
});

async function signed(address: string, signing: Signing = {}): Promise<Record<string, string>> {
  const request = requestTo(new URL(address), signing);
  return (await (signing.by ?? signer()).sign(request, signing.at && { signingDate: signing.at })).headers;
}

async function presigned(address: string, at: Date): Promise<string> {
  const url = new URL(address);
  const { query = {} } = await signer().presign(requestTo(url, {}), { signingDate: at, expiresIn: 600 });
  return `${url.origin}${url.pathname}?${new URLSearchParams(query as Record<string, string>)}`;
}

const MINUTE_MS = 60_000;
const fromNow = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS);
const FORBIDDEN = { status: 403, body: { message: 'Forbidden' } };

const serve = async () => {
  const cloud = fakeCloud({ main: (event) => event.requestContext.authorizer });
  const routes = { 'GET /orders/{id}': IAM, 'POST /orders/{id}': IAM };
  const { url, apiId } = await startApi(cloud, { routes });
  const allow = (path: string) =>
    cloud.allowedArns.push(`execute-api:Invoke arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/${path}`);
  allow('GET/orders/7');
  return { url: `${url}/orders/7`, allow };
};

const IAM = { AuthorizationType: 'AWS_IAM' };

describe('a route with AWS_IAM', () => {
  test('lets a role with the permission pass and says who it is', async () => {
    const { url } = await serve();

    expect(await answerOf(await fetch(url, { headers: await signed(url) }))).toEqual({
      status: 200,
      body: {
        iam: {
          accessKey: ROLE_KEY,
          accountId: '000000000000',
          callerId: expect.stringMatching(/^AROA\w+:session$/),
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: 'arn:aws:sts::000000000000:assumed-role/caller/session',
          userId: expect.stringMatching(/^AROA\w+:session$/),
        },
      },
    });
  });

  test.each([
    ['a query', 'GET', '/orders/7?b=2&a=1%202&c=%C3%BC*'],
    ['a path that is encoded', 'GET', '/orders/a%20b%2Fc'],
    ['a body', 'POST', '/orders/7'],
  ])('takes the signature of %s', async (_, method, path) => {
    const { url: base, allow } = await serve();
    const url = new URL(path, base).href;
    allow(`${method}${new URL(url).pathname}`);
    const body = method === 'POST' ? '{"a":1}' : undefined;

    expect((await fetch(url, { method, body, headers: await signed(url, { method, body }) })).status).toBe(200);
  });

  test('takes a presigned URL until it expires', async () => {
    const { url } = await serve();

    expect((await fetch(await presigned(url, fromNow(-9)))).status).toBe(200);
    expect(await answerOf(await fetch(await presigned(url, fromNow(-11))))).toEqual(FORBIDDEN);
  });

  test('takes the signature of a clock that is a little off', async () => {
    const { url } = await serve();

    expect((await fetch(url, { headers: await signed(url, { at: fromNow(-4) }) })).status).toBe(200);
    expect((await fetch(url, { headers: await signed(url, { at: fromNow(4) }) })).status).toBe(200);
  });

  test('refuses a role whose policies do not allow the path', async () => {
    const { url } = await serve();
    const other = url.replace('/7', '/8');

    expect(await answerOf(await fetch(other, { headers: await signed(other) }))).toEqual(FORBIDDEN);
  });

  test.each<[string, Signing]>([
    ['expired', { at: fromNow(-6) }],
    ['is of a clock that runs ahead', { at: fromNow(6) }],
    ['is for another service', { by: signer({ service: 'lambda' }) }],
    ['is for another region', { by: signer({ region: 'eu-west-1' }) }],
    ['is made with a wrong secret', { by: signer({ credentials: { ...ROLE_CREDENTIALS, secretAccessKey: 'x' } }) }],
    ['has no session token', { by: signer({ credentials: { ...ROLE_CREDENTIALS, sessionToken: undefined } }) }],
    ['has a wrong session token', { by: signer({ credentials: { ...ROLE_CREDENTIALS, sessionToken: 'x' } }) }],
    ['is of somebody unknown', { by: signer({ credentials: { accessKeyId: 'AKIAME', secretAccessKey: 'me' } }) }],
    ['is for another method', { method: 'POST' }],
    ['is for another body', { body: 'x' }],
  ])('refuses a request whose signature %s', async (_, signing) => {
    const { url } = await serve();

    expect(await answerOf(await fetch(url, { headers: await signed(url, signing) }))).toEqual(FORBIDDEN);
  });

  test.each([
    ['nobody signed', {}],
    ['has a token instead', { authorization: 'Bearer a.b.c' }],
    ['names a key and has no signature', { authorization: `AWS4-HMAC-SHA256 Credential=${ROLE_KEY}/a/b/c/d` }],
  ])('refuses a request that %s', async (_, headers) => {
    const { url } = await serve();

    expect(await answerOf(await fetch(url, { headers }))).toEqual(FORBIDDEN);
  });

  test('refuses a request that was changed after it was signed', async () => {
    const { url } = await serve();
    const headers = await signed(url, { headers: { 'x-user': 'jane' } });

    expect((await fetch(url, { headers })).status).toBe(200);
    expect(await answerOf(await fetch(url, { headers: { ...headers, 'x-user': 'joe' } }))).toEqual(FORBIDDEN);
    expect(await answerOf(await fetch(url, { headers: { ...headers, 'x-amz-more': '1' } }))).toEqual(FORBIDDEN);
    expect(await answerOf(await fetch(`${url}?more=1`, { headers }))).toEqual(FORBIDDEN);
  });
});
