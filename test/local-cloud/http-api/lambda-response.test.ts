import { describe, expect, test } from '@jest/globals';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { answerOf, FUNCTION_ARN, fakeCloud, type Handler, startApi } from './api-on-fake-cloud.ts';

const serve = async (main: Handler, integration: Record<string, unknown> = {}) => {
  const cloud = fakeCloud({ main });
  return { cloud, ...(await startApi(cloud, { routes: { $default: {} }, integration })) };
};

describe('response of payload format 2.0', () => {
  test.each([
    ['text', 'Hello', 'Hello'],
    ['an object', { message: 'Hello' }, '{"message":"Hello"}'],
    ['a list', [1, 2], '[1,2]'],
    ['nothing', undefined, 'null'],
  ])('is inferred from %s', async (_, result, body) => {
    const { url } = await serve(() => result);

    const response = await fetch(url);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(body);
  });

  test('has the status, headers and cookies that the function returns', async () => {
    const { url } = await serve(() => ({
      statusCode: 201,
      headers: { Location: '/orders/1', 'X-Count': 3, 'content-length': 999 },
      cookies: ['a=1; Path=/', 'b=2'],
      body: 'made',
    }));

    const response = await fetch(url);

    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/orders/1');
    expect(response.headers.get('x-count')).toBe('3');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/);
    expect(await response.text()).toBe('made');
  });

  test('is decoded from base64', async () => {
    const { url } = await serve(() => ({
      statusCode: 200,
      body: Buffer.from([1, 2, 255]).toString('base64'),
      isBase64Encoded: true,
    }));

    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(Buffer.from([1, 2, 255]));
  });

  test('to HEAD has no body', async () => {
    const { url } = await serve(() => ({ statusCode: 200, body: 'hello' }));

    const response = await fetch(url, { method: 'HEAD' });

    expect(response.headers.get('content-length')).toBe('5');
    expect(await response.text()).toBe('');
  });

  test.each([
    ['a status that is none', { statusCode: 'fine' }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['headers that are no map', { statusCode: 200, headers: ['a'] }],
  ])('is an internal error for %s', async (_, result) => {
    const { url } = await serve(() => result);

    expect(await answerOf(await fetch(url))).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
  });

  test('is changed by the response parameters for its status', async () => {
    const { url } = await serve(() => ({ statusCode: 500, headers: { secret: 's' }, body: '{"error":"db"}' }), {
      ResponseParameters: {
        500: {
          ResponseParameters: [
            { Destination: 'overwrite:statuscode', Source: '503' },
            { Destination: 'append:header.x-error', Source: '$response.body.error' },
            { Destination: 'remove:header.secret', Source: "''" },
          ],
        },
      },
    });

    const response = await fetch(url);

    expect(response.status).toBe(503);
    expect(response.headers.get('x-error')).toBe('db');
    expect(response.headers.has('secret')).toBe(false);
  });
});

describe('response when the function fails', () => {
  test.each([
    ['throws', () => Promise.reject(new Error('broken')), 500, 'Internal Server Error'],
    [
      'may not be invoked',
      () => Promise.reject(new AwsError('AccessDeniedException', 'no', 403)),
      500,
      'Internal Server Error',
    ],
    [
      'is throttled',
      () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)),
      503,
      'Service Unavailable',
    ],
  ])('is an error when it %s', async (_, main, status, message) => {
    const { url } = await serve(main);

    expect(await answerOf(await fetch(url))).toEqual({ status, body: { message } });
  });

  test('is 503 when the integration times out', async () => {
    let called = () => {};
    const underWay = new Promise<void>((resolve) => {
      called = resolve;
    });
    const { url, cloud } = await serve(
      () => {
        called();
        return new Promise(() => {});
      },
      { TimeoutInMillis: 29_000 },
    );

    const answer = fetch(url);
    await underWay;
    cloud.clock.advance(29_000);

    expect(await answerOf(await answer)).toEqual({ status: 503, body: { message: 'Service Unavailable' } });
  });
});

describe('a Lambda integration', () => {
  test("calls as API Gateway, for the route's own path", async () => {
    const cloud = fakeCloud({ main: () => 'ok' });
    const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}main/invocations`;
    const { url, apiId } = await startApi(cloud, {
      routes: { 'GET /orders/{id}': {} },
      integration: { IntegrationUri: uri },
    });

    await fetch(`${url}/orders/7`);

    expect(cloud.invocations('main')[0]?.context.caller).toEqual({
      kind: 'service',
      principal: 'apigateway.amazonaws.com',
      sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/GET/orders/{id}`,
    });
  });
});
