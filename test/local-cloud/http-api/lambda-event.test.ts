import { request as httpRequest } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { fakeCloud, startApi } from './api-on-fake-cloud.ts';

describe('event of payload format 2.0', () => {
  const serve = async (routeKey: string, options: { stage?: object; integration?: object } = {}) => {
    const cloud = fakeCloud({ main: (event) => event });
    const api = await startApi(cloud, {
      routes: { [routeKey]: {} },
      stage: { ...options.stage },
      integration: { ...options.integration },
    });
    return { ...api, ...cloud };
  };
  // biome-ignore lint/suspicious/noExplicitAny: the event as the function sees it
  const eventOf = async (url: string, init?: RequestInit): Promise<any> => (await fetch(url, init)).json();

  test('holds the request as AWS documents it', async () => {
    const { url, apiId } = await serve('POST /orders/{id}');

    const event = await eventOf(`${url}/orders/a%20b?size=L&size=XL&q=a%26b`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'X-Custom': 'Value', 'user-agent': 'test' },
      body: '{"n":1}',
    });

    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /orders/{id}',
      rawPath: '/orders/a%20b',
      rawQueryString: 'size=L&size=XL&q=a%26b',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'content-length': '7',
        'x-custom': 'Value',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
      }),
      queryStringParameters: { size: 'L,XL', q: 'a&b' },
      pathParameters: { id: 'a b' },
      requestContext: {
        accountId: '000000000000',
        apiId,
        domainName: url.replace('http://', ''),
        domainPrefix: apiId,
        http: { method: 'POST', path: '/orders/a%20b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[\w+/]{15}=$/),
        routeKey: 'POST /orders/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(event.headers).not.toHaveProperty('cookie');
  });

  test('takes a parameter of any name', async () => {
    const { url } = await serve('GET /orders');

    const event = await eventOf(`${url}/orders?__proto__=1&constructor=2&__proto__=3`);

    expect(Object.entries(event.queryStringParameters)).toEqual([
      ['__proto__', '1,3'],
      ['constructor', '2'],
    ]);
  });

  test('leaves out what the request does not have', async () => {
    const { url } = await serve('GET /');

    const event = await eventOf(`${url}/`);

    for (const field of ['cookies', 'queryStringParameters', 'pathParameters', 'body', 'stageVariables']) {
      expect(event).not.toHaveProperty(field);
    }
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  test.each([
    ['application/json', false],
    ['text/plain; charset=utf-8', false],
    ['application/problem+json', false],
    ['application/x-www-form-urlencoded', false],
    ['application/octet-stream', true],
    ['image/png', true],
    ['multipart/form-data; boundary=x', true],
  ])('carries a body of type %s with isBase64Encoded %s', async (contentType, isBase64Encoded) => {
    const { url } = await serve('POST /');

    const event = await eventOf(`${url}/`, { method: 'POST', headers: { 'content-type': contentType }, body: 'hello' });

    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    expect(event.body).toBe(isBase64Encoded ? Buffer.from('hello').toString('base64') : 'hello');
  });

  test('joins repeated headers with commas', async () => {
    const { url } = await serve('GET /');
    const event = await new Promise<{ headers: Record<string, string> }>((resolve, reject) => {
      httpRequest(url, { headers: { 'x-many': ['1', '2'] } }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(JSON.parse(text)));
      })
        .on('error', reject)
        .end();
    });

    expect(event.headers['x-many']).toBe('1,2');
  });

  test('of a named stage has the stage in its path and the variables of the stage', async () => {
    const { url } = await serve('GET /orders', {
      stage: { StageName: 'dev', StageVariables: { table: 'dev-orders' } },
    });

    const event = await eventOf(`${url}/dev/orders`);

    expect(event).toMatchObject({ rawPath: '/dev/orders', stageVariables: { table: 'dev-orders' } });
    expect(event.requestContext).toMatchObject({ stage: 'dev', http: { path: '/dev/orders' } });
  });

  test('is changed by the parameter mapping of the integration', async () => {
    const { url } = await serve('GET /orders/{id}', {
      integration: {
        RequestParameters: {
          'append:header.x-order': '$request.path.id',
          'overwrite:querystring.page': 'first',
          'remove:header.x-secret': "''",
        },
      },
    });

    const event = await eventOf(`${url}/orders/7?page=2`, { headers: { 'x-secret': 's' } });

    expect(event.headers).toMatchObject({ 'x-order': '7' });
    expect(event.headers).not.toHaveProperty('x-secret');
    expect(event).toMatchObject({ rawQueryString: 'page=first', queryStringParameters: { page: 'first' } });
  });
});

describe('event of payload format 1.0', () => {
  test('has lists beside the last values', async () => {
    const cloud = fakeCloud({ main: (event) => ({ statusCode: 200, body: JSON.stringify(event) }) });
    const { url } = await startApi(cloud, {
      routes: { 'GET /orders/{id}': {} },
      integration: { PayloadFormatVersion: '1.0' },
    });

    const event = await (await fetch(`${url}/orders/7?a=1&a=2`)).json();

    expect(event).toMatchObject({
      version: '1.0',
      resource: '/orders/{id}',
      path: '/orders/7',
      httpMethod: 'GET',
      queryStringParameters: { a: '2' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      pathParameters: { id: '7' },
      body: null,
      isBase64Encoded: false,
    });
  });
});

describe('trace', () => {
  const traceOf = async (headers: Record<string, string>) => {
    const cloud = fakeCloud({ main: (event) => event.headers['x-amzn-trace-id'] });
    const { url } = await startApi(cloud, { routes: { 'GET /': {} } });
    const header = await (await fetch(url, { headers })).text();
    return { header, passedOn: cloud.invocations('main')[0]?.context.trace };
  };

  test('is a new one when the client sends none, in the header and to the function', async () => {
    const { header, passedOn } = await traceOf({});

    expect(header).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(passedOn).toBe(header);
  });

  test("is the client's own when it sends X-Amzn-Trace-Id", async () => {
    const own = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

    expect(await traceOf({ 'x-amzn-trace-id': own })).toEqual({ header: own, passedOn: own });
  });

  test('takes no notice of a W3C traceparent', async () => {
    const { header } = await traceOf({ traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01' });

    expect(header).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(header).not.toContain('5759e988');
  });
});
