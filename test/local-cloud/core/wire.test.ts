import { afterEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import type { CallContext, ForwardedRequest, ServiceModule } from '#lib/local-cloud/core/service.ts';
import { type Endpoint, startEndpoint } from '#lib/local-cloud/core/wire.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

let endpoint: Endpoint | undefined;
afterEach(async () => {
  await endpoint?.stop();
  endpoint = undefined;
});

async function setUp(...modules: ServiceModule[]): Promise<TestCloud & { url: string }> {
  const cloud = createTestCloud();
  for (const module of modules) cloud.register(module);
  endpoint = await cloud.listen();
  return { ...cloud, url: endpoint.url };
}

function signedBy(accessKeyId: string, service = 'echo'): string {
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
}

/** A module of the JSON protocol that answers with what it was called with. */
function echoModule(changes: Partial<ServiceModule> = {}): ServiceModule {
  const echo = (input: object, { caller, trace }: CallContext) => ({ input, caller, trace });
  return {
    name: 'echo',
    protocol: {
      kind: 'json',
      targetPrefix: 'Echo_20260101',
      targetPrefixes: ['EchoStreams_20260101'],
      version: '1.0',
      queryCompatible: { NoSuchEcho: 'AWS.SimpleEcho.NonExistent' },
    },
    operations: {
      Echo: { resources: () => ['*'], run: echo },
      Types: {
        resources: () => [],
        run: () => ({ at: new Date(1_500), bytes: Buffer.from('hi'), nothing: undefined }),
      },
      Refuse: {
        resources: () => [],
        run: () => {
          throw new AwsError('NoSuchEcho', 'There is no such echo.', 400, { Reasons: ['silence'] });
        },
      },
      Break: {
        resources: () => [],
        run: () => {
          throw new TypeError('a mistake');
        },
      },
    },
    resourceTypes: [],
    ...changes,
  };
}

function post(url: string, target: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'x-amz-target': target, ...headers } });
}

describe('the JSON protocol', () => {
  test('calls the action that the target names, as the operator, within the trace', async () => {
    const { url } = await setUp(echoModule());
    const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793';

    const response = await post(url, 'Echo_20260101.Echo', '{"a":1}', { 'x-amzn-trace-id': trace });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({ input: { a: 1 }, caller: { kind: 'operator' }, trace });
  });

  test('knows a role by the access key that IAM issued for it, and asks its policies', async () => {
    const { url, createRole, iam } = await setUp(echoModule());
    const allowed = await createRole('Allowed', { Effect: 'Allow', Action: 'echo:*', Resource: '*' });
    const refused = await createRole('Refused');
    const callAs = (roleArn: string) => {
      const authorization = signedBy(iam.credentialsFor(roleArn).accessKeyId);
      return post(url, 'Echo_20260101.Echo', '{}', { authorization });
    };

    const answer = await (await callAs(allowed)).json();
    const denial = await callAs(refused);

    expect(answer).toMatchObject({ caller: { kind: 'role', roleArn: allowed } });
    expect(denial.status).toBe(400);
    expect(await denial.json()).toEqual({
      __type: 'AccessDeniedException',
      message: expect.stringContaining('assumed-role/Refused/session is not authorized to perform: echo:Echo'),
    });
  });

  test('takes any other access key for the operator', async () => {
    const { url } = await setUp(echoModule());

    const response = await post(url, 'Echo_20260101.Echo', '{}', { authorization: signedBy('AKIAIOSFODNN7EXAMPLE') });

    expect(await response.json()).toMatchObject({ caller: { kind: 'operator' } });
  });

  test('writes times in seconds and bytes in base64', async () => {
    const { url } = await setUp(echoModule());

    const response = await post(url, 'Echo_20260101.Types', '');

    expect(await response.json()).toEqual({ at: 1.5, bytes: 'aGk=' });
  });

  test('says an error in body and headers, with the fields of its shape', async () => {
    const { url } = await setUp(echoModule());

    const response = await post(url, 'Echo_20260101.Refuse', '{}');

    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('NoSuchEcho');
    expect(response.headers.get('x-amzn-query-error')).toBe('AWS.SimpleEcho.NonExistent;Sender');
    expect(await response.json()).toEqual({
      __type: 'NoSuchEcho',
      message: 'There is no such echo.',
      Reasons: ['silence'],
    });
  });

  test('answers a mistake of its own blandly and logs it whole', async () => {
    const { url, warnings } = await setUp(echoModule());

    const response = await post(url, 'Echo_20260101.Break', '{}');

    expect(response.status).toBe(500);
    const body = await response.json();
    expect(body).toMatchObject({ __type: 'InternalFailure' });
    expect(JSON.stringify(body)).not.toContain('a mistake');
    expect(warnings.join()).toContain('TypeError: a mistake');
  });

  test.each([
    ['an unknown action', 'Echo_20260101.Shout', '{}', 'UnknownOperationException', /echo:Shout/],
    ['an unknown service', 'Polly.Speak', '{}', 'UnknownOperationException', /Polly\.Speak/],
    ['a target without a dot', 'Echo', '{}', 'UnknownOperationException', /Echo/],
    ['a body that is not JSON', 'Echo_20260101.Echo', '{"a"', 'SerializationException', /not valid JSON/],
    ['a body that is not an object', 'Echo_20260101.Echo', '[1]', 'SerializationException', /not a JSON object/],
  ])('refuses %s', async (_, target, body, code, message) => {
    const { url } = await setUp(echoModule());

    const response = await post(url, target, body);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ __type: code, message: expect.stringMatching(message) });
  });
});

describe('a module that forwards', () => {
  const forwarding = (seen: ForwardedRequest[]) =>
    echoModule({
      forward: async (request) => {
        seen.push(request);
        return { status: 418, headers: { 'x-engine': 'real' }, body: Buffer.from('{"raw":true}') };
      },
    });

  test('gets the request as it came and answers as it likes', async () => {
    const seen: ForwardedRequest[] = [];
    const { url } = await setUp(forwarding(seen));

    const response = await post(url, 'EchoStreams_20260101.GetRecords', '{ "odd" :1}', { 'x-amzn-trace-id': 'Root=1' });

    expect(response.status).toBe(418);
    expect(response.headers.get('x-engine')).toBe('real');
    expect(await response.text()).toBe('{"raw":true}');
    expect(seen).toEqual([
      expect.objectContaining({
        action: 'GetRecords',
        target: 'EchoStreams_20260101.GetRecords',
        body: Buffer.from('{ "odd" :1}'),
        caller: { kind: 'operator' },
        trace: 'Root=1',
      }),
    ]);
  });

  test('is seen by interceptors with its input, and can be failed by them', async () => {
    const seen: ForwardedRequest[] = [];
    const { url, api } = await setUp(forwarding(seen));
    api.use(async ({ service, action, input }, next) => {
      const { TableName } = input as { TableName?: string };
      if (TableName === 'orders') throw new AwsError('ThrottlingException', `${service}:${action} of ${TableName}`);
      return next();
    });

    const failed = await post(url, 'Echo_20260101.GetItem', '{"TableName":"orders"}');
    const passed = await post(url, 'Echo_20260101.GetItem', '{"TableName":"stock"}');

    expect(await failed.json()).toEqual({ __type: 'ThrottlingException', message: 'echo:GetItem of orders' });
    expect(passed.status).toBe(418);
    expect(seen).toHaveLength(1);
  });
});

describe('the REST-JSON protocol', () => {
  const restModule: ServiceModule = {
    name: 'lambda',
    protocol: {
      kind: 'rest-json',
      routes: [
        {
          method: 'POST',
          path: '/2015-03-31/functions/{FunctionName}/invocations',
          action: 'Invoke',
          input: ({ params, query, headers, body }) => ({
            name: params.FunctionName,
            qualifier: query.get('Qualifier'),
            type: headers['x-amz-invocation-type'],
            body: body.toString(),
          }),
          reply: (output) => ({
            status: 202,
            headers: { 'x-amz-executed-version': '7' },
            body: JSON.stringify(output),
          }),
        },
        { method: 'GET', path: '/2015-03-31/functions/{Name}', action: 'Get', input: ({ params }) => params },
        { method: 'GET', path: '/2015-03-31/functions/settings', action: 'Settings', input: () => ({}) },
        { method: 'GET', path: '/tags/{Arn+}', action: 'Get', input: ({ params }) => params },
      ],
    },
    operations: {
      Invoke: { iamAction: 'lambda:InvokeFunction', resources: () => ['*'], run: (input) => input },
      Get: { resources: () => [], run: (input) => input },
      Settings: { resources: () => [], run: () => ({ settings: true }) },
    },
    resourceTypes: [],
  };

  test('builds the input from path, query, headers and body, and lets the route write the answer', async () => {
    const { url } = await setUp(restModule);

    const response = await fetch(`${url}/2015-03-31/functions/arn%3Aaws%3Alambda/invocations?Qualifier=live`, {
      method: 'POST',
      headers: { 'x-amz-invocation-type': 'Event' },
      body: '{"x":1}',
    });

    expect(response.status).toBe(202);
    expect(response.headers.get('x-amz-executed-version')).toBe('7');
    expect(await response.json()).toEqual({
      name: 'arn:aws:lambda',
      qualifier: 'live',
      type: 'Event',
      body: '{"x":1}',
    });
  });

  test.each([
    ['/2015-03-31/functions/settings', { settings: true }],
    ['/2015-03-31/functions/orders', { Name: 'orders' }],
    ['/2015-03-31/functions/orders/', { Name: 'orders' }],
    ['/tags/a/b/c', { Arn: 'a/b/c' }],
  ])('finds the most exact route for %s', async (path, expected) => {
    const { url } = await setUp(restModule);

    expect(await (await fetch(url + path)).json()).toEqual(expected);
  });

  test('answers a refusal with 403', async () => {
    const { url, createRole, iam } = await setUp(restModule);
    const { accessKeyId } = iam.credentialsFor(await createRole('Refused'));

    const response = await fetch(`${url}/2015-03-31/functions/orders/invocations`, {
      method: 'POST',
      headers: { authorization: signedBy(accessKeyId, 'lambda') },
    });

    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('lambda:InvokeFunction') });
  });

  test('refuses a path that no service has', async () => {
    const { url } = await setUp(restModule);

    const response = await fetch(`${url}/2099-01-01/nothing`);

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('GET /2099-01-01/nothing') });
  });
});

describe('the Query protocol', () => {
  const queryModule: ServiceModule = {
    name: 'sns',
    protocol: { kind: 'query', apiVersion: '2010-03-31', xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/' },
    operations: {
      Echo: {
        resources: () => [],
        run: (input) => ({ Json: JSON.stringify(input), List: ['a', 'b&c'], At: new Date(0) }),
      },
      Refuse: { resources: () => ['*'], run: () => undefined },
    },
    resourceTypes: [],
  };

  const submit = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ Version: '2010-03-31', ...fields }), headers });

  test.each([
    [{ TopicArn: 'arn' }, { TopicArn: 'arn' }],
    [{ 'Ids.member.1': 'a', 'Ids.member.2': 'b' }, { Ids: ['a', 'b'] }],
    [{ 'Ids.member.10': 'b', 'Ids.member.9': 'a' }, { Ids: ['a', 'b'] }],
    [{ 'Tag.1.Key': 'k', 'Tag.1.Value': 'v' }, { Tag: [{ Key: 'k', Value: 'v' }] }],
    [{ 'Attributes.entry.1.key': 'k', 'Attributes.entry.1.value': 'v' }, { Attributes: { k: 'v' } }],
    [{ 'Filter.Name': 'n' }, { Filter: { Name: 'n' } }],
  ])('reads %j', async (fields, expected) => {
    const { url } = await setUp(queryModule);

    const xml = await (await submit(url, { Action: 'Echo', ...(fields as Record<string, string>) })).text();

    expect(xml).toContain(`<Json>${JSON.stringify(expected).replaceAll('"', '&quot;')}</Json>`);
  });

  test('writes lists, times and special characters', async () => {
    const { url } = await setUp(queryModule);

    const response = await submit(url, { Action: 'Echo' });

    expect(response.headers.get('content-type')).toBe('text/xml');
    const xml = await response.text();
    expect(xml).toContain('<EchoResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><EchoResult>');
    expect(xml).toContain('<List><member>a</member><member>b&amp;c</member></List>');
    expect(xml).toContain('<At>1970-01-01T00:00:00.000Z</At>');
    expect(xml).toMatch(/<ResponseMetadata><RequestId>[0-9a-f-]+<\/RequestId><\/ResponseMetadata><\/EchoResponse>$/);
  });

  test('takes the service from the signature, and answers a GET too', async () => {
    const { url } = await setUp(queryModule);

    const response = await fetch(`${url}/?Action=Echo&X=1`, { headers: { authorization: signedBy('AKIA', 'sns') } });

    expect(await response.text()).toContain('{&quot;X&quot;:&quot;1&quot;}');
  });

  test.each([
    ['an unknown action', { Action: 'Shout' }, 400, '<Code>InvalidAction</Code>'],
    ['an unknown API version', { Action: 'Echo', Version: '1999-01-01' }, 400, '<Code>InvalidAction</Code>'],
  ])('refuses %s in XML', async (_, fields, status, code) => {
    const { url } = await setUp(queryModule);

    const response = await submit(url, fields as Record<string, string>);

    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Error><Type>Sender</Type>${code}`);
  });

  test('answers a refusal with AccessDenied', async () => {
    const { url, createRole, iam } = await setUp(queryModule);
    const { accessKeyId } = iam.credentialsFor(await createRole('Refused'));

    const response = await submit(url, { Action: 'Refuse' }, { authorization: signedBy(accessKeyId, 'sns') });

    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });
});

describe('a page of a module', () => {
  test('is shown at the endpoint, with what the query asks for', async () => {
    const pages = { diary: (query: URLSearchParams) => ({ about: query.get('about') }) };
    const { url } = await setUp(echoModule({ pages }));

    const response = await fetch(`${url}/_bazaar/diary?about=May`);

    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ about: 'May' });
  });

  test.each(['/_bazaar/other', '/_bazaar/toString', '/_bazaar/'])('is not there at %s', async (path) => {
    const { url } = await setUp(echoModule({ pages: {} }));

    expect((await fetch(url + path)).status).toBe(404);
  });
});

describe('the endpoint', () => {
  test('says that it is well and what it serves', async () => {
    const { url } = await setUp(echoModule());

    const response = await fetch(`${url}/_bazaar/health`);

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok', services: ['iam', 'echo'] });
  });

  test('names the port when it is taken', async () => {
    const { api, iam, account } = await setUp();
    const port = endpoint?.port ?? 0;
    const second = startEndpoint({ api, iam, account, port, log: { info() {}, warn() {} } });

    await expect(second).rejects.toThrow(new RegExp(`^Port ${port} on 127.0.0.1 is already taken`));
  });

  test('ends long polls when it stops', async () => {
    const polling = Promise.withResolvers<void>();
    const poll = (_: object, { signal }: CallContext) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve({ messages: [] }));
        polling.resolve();
      });
    const { url } = await setUp(echoModule({ operations: { Poll: { resources: () => [], run: poll } } }));
    const answer = post(url, 'Echo_20260101.Poll', '{}');
    await polling.promise;

    await endpoint?.stop();

    expect(await (await answer).json()).toEqual({ messages: [] });
    await expect(fetch(url)).rejects.toThrow();
  });

  test('ends a long poll when the client hangs up', async () => {
    const polling = Promise.withResolvers<AbortSignal | undefined>();
    const poll = (_: object, { signal }: CallContext) => {
      polling.resolve(signal);
      return new Promise((resolve) => signal?.addEventListener('abort', resolve));
    };
    const { url } = await setUp(echoModule({ operations: { Poll: { resources: () => [], run: poll } } }));
    const hangUp = new AbortController();
    const answer = fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': 'Echo_20260101.Poll' },
      signal: hangUp.signal,
    });
    const signal = await polling.promise;
    const noticed = new Promise((resolve) => signal?.addEventListener('abort', resolve));

    hangUp.abort();

    await expect(answer).rejects.toThrow();
    await noticed;
  });
});
