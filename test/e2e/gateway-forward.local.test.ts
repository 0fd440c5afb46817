import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AnsweringServer, type ServerAnswer } from '../setup/answering-server.ts';
import { operatorEnvironment } from '../setup/embedded-cloud.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import { becomes, callForwarded, registered } from '../setup/registered-service.ts';
import type { Buyer, Json } from '../setup/shop.ts';

// Servers of this machine are registered and reached through the gateway: local only.

let jane: Buyer;
let echo: Server;
let echoed: Json;
const servers: AnsweringServer[] = [];
/** Registered all at once, because that takes a while. */
let services: Record<keyof typeof ROUTES, Awaited<ReturnType<typeof aService>>>;

const ROUTES = {
  guarded: {},
  mortal: { retry_attempts: 0, circuit_breaker_enabled: false },
  slow: { timeout_ms: 300 },
  broken: { retry_attempts: 1 },
  troubled: { circuit_breaker_enabled: false },
  faulty: {},
  doubled: {},
  failing: { retry_attempts: 0 },
};

beforeAll(async () => {
  Object.assign(process.env, operatorEnvironment());
  jane = await shop.aCustomer();
  echo = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const body = (await buffer(request)).toString('base64');
    response.setHeader('connection', 'x-hop');
    response.setHeader('x-hop', '1');
    response.setHeader('set-cookie', ['a=1; Path=/', 'b=2']);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method, url, headers, body }));
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  echoed = await registered(`http://127.0.0.1:${(echo.address() as AddressInfo).port}`);
  const made = Object.entries(ROUTES).map(async ([name, route]) => {
    return [name, await aService(route, name === 'mortal' ? {} : wellAsLongAs(echoed))];
  });
  services = Object.fromEntries(await Promise.all(made));
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  echo.closeAllConnections();
  echo.close();
});

const aPath = () => `/test/${randomUUID()}`;

/** Health checks go elsewhere: they would take answers that are meant for a test. */
const wellAsLongAs = ({ health_check_url }: Json) => ({ health_check_url });

/** A server that is registered, and a route to it that nobody else uses. */
async function aService(route: Json = {}, said: Json = {}) {
  const server = await new AnsweringServer().start();
  servers.push(server);
  server.answers([200]);
  const instance = await registered(server.url, said);
  const { service_name } = instance;
  const { path_pattern } = await shop.aRoute({ service_name, path_pattern: aPath(), ...route });
  return { server, instance, path: path_pattern as string, service_name };
}

/** Calls when the server answers so. Resolves to the answer and how often the server was asked. */
async function callWith(service: Awaited<ReturnType<typeof aService>>, method: string, answers: ServerAnswer[]) {
  const { server, path } = service;
  server.answers(...answers);
  server.requests.length = 0;
  const answer = await callForwarded(`${method} ${path}`, { token: jane.token });
  return { answer, asked: server.requests.filter(({ url }) => url === path).length };
}

describe('a request', () => {
  test('reaches the service, and its answer the client', async () => {
    const { path_pattern } = await shop.aRoute({
      service_name: echoed.service_name,
      path_pattern: `${aPath()}/{id}`,
      rewrite: '/items/{id}',
      headers: [{ name: 'x-shop', value: 'bazaar' }],
    });
    const headers = {
      'content-type': 'application/octet-stream',
      'x-bazaar-role': 'admin',
      'x-correlation-id': 'my-id',
      'x-mine': '1',
    };
    const path = path_pattern.replace('{id}', '7');

    const answer = await callForwarded(`POST ${path}?q=a%20b`, { token: jane.token, body: 'a\u0000b', headers });

    expect(answer.body).toMatchObject({ method: 'POST', url: '/items/7?q=a%20b' });
    expect(Buffer.from(answer.body.body, 'base64').toString()).toBe('a\u0000b');
    expect(answer.body.headers).toMatchObject({
      'x-bazaar-user-id': jane.user_id,
      'x-bazaar-role': 'customer',
      'x-correlation-id': 'my-id',
      'x-shop': 'bazaar',
      'x-mine': '1',
      traceparent: expect.stringMatching(/^00-/),
      via: '1.1 bazaar-gateway',
    });
    expect(answer.body.headers.authorization).toBeUndefined();
    expect(answer.headers.get('x-hop')).toBeNull();
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(answer.headers.get('x-correlation-id')).toBe('my-id');
  });

  test('keeps out whoever has no token, and one that is not ours', async () => {
    const { path } = services.guarded;
    await callForwarded(`GET ${path}`, { token: jane.token });

    expectProblem(await callForwarded(`GET ${path}`), 401, 'UNAUTHORIZED');
    expectProblem(await callForwarded(`GET ${path}`, { token: 'a.b.c' }), 401, 'UNAUTHORIZED');
  });

  test('lets anybody in where the route says so', async () => {
    const { path_pattern } = await shop.aRoute({
      service_name: echoed.service_name,
      path_pattern: aPath(),
      token_required: false,
    });

    const { status, body } = await callForwarded(`GET ${path_pattern}`);

    expect(status).toBe(200);
    expect(body.headers['x-bazaar-role']).toBe('anonymous');
  });
});

describe('a service that is', () => {
  test('killed is answered for until it is marked unhealthy, left out then, and back when it is back', async () => {
    const service = services.mortal;
    expect((await callWith(service, 'GET', [[200]])).answer.status).toBe(200);

    await service.server.stop();
    expectProblem(await callForwarded(`GET ${service.path}`, { token: jane.token }), 502, 'BAD_GATEWAY');
    await becomes(service.instance, 'unhealthy');
    await eventually(async () => {
      const { status, body } = await shop.call(`GET ${service.path}`, { token: jane.token });
      return status === 503 && body.code === 'NO_HEALTHY_INSTANCE';
    });

    await service.server.start(service.instance.port);
    service.server.answers([200]);
    await becomes(service.instance, 'healthy');
    expect((await callForwarded(`GET ${service.path}`, { token: jane.token })).status).toBe(200);
  });

  test('slow is not waited for', async () => {
    expectProblem((await callWith(services.slow, 'GET', ['never'])).answer, 504, 'GATEWAY_TIMEOUT');
  });

  test('broken is a bad gateway', async () => {
    const { answer, asked } = await callWith(services.broken, 'GET', ['hangs up']);

    expectProblem(answer, 502, 'BAD_GATEWAY');
    expect(asked).toBe(2);
  });

  test('in trouble for a moment is asked again, if that changes nothing', async () => {
    const service = services.troubled;

    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { answer, asked } = await callWith(service, method, [[503], [200, { well: true }]]);
      expect(answer).toMatchObject({ status: 200, body: { well: true } });
      expect(asked).toBe(2);
    }
    for (const method of ['POST', 'PATCH']) {
      const { answer, asked } = await callWith(service, method, [[503], [200]]);
      expect(answer.status).toBe(503);
      expect(asked).toBe(1);
    }
  });

  test('its own error is its own answer', async () => {
    const { answer, asked } = await callWith(services.faulty, 'GET', [[500, { mine: true }]]);

    expect(answer).toMatchObject({ status: 500, body: { mine: true } });
    expect(asked).toBe(1);
  });

  test('there twice is reached while one of the two is down', async () => {
    const { server, service_name, path } = services.doubled;
    const other = await aService({}, { ...wellAsLongAs(echoed), service_name });
    await server.stop();

    // Until all execution environments know both of them.
    await eventually(async () => {
      const statuses: number[] = [];
      for (let call = 0; call < 5; call++) {
        statuses.push((await callForwarded(`GET ${path}`, { token: jane.token })).status);
      }
      return statuses.every((status) => status === 200);
    });
    expect(other.server.requests.some(({ url }) => url === path)).toBe(true);
  });

  test('failing most of the time is left alone', async () => {
    const { server, path } = services.failing;
    server.answers([500]);

    const open = await eventually(async () => {
      const answer = await callForwarded(`GET ${path}`, { token: jane.token });
      return answer.body.code === 'CIRCUIT_OPEN' && answer;
    });

    expectProblem(open, 503, 'CIRCUIT_OPEN');
    expect(open.headers.get('retry-after')).toEqual(expect.any(String));
  });
});

test('a route that leads back to the gateway ends there', async () => {
  const { hostname, port } = new URL(shop.apiUrl);
  const itself = await registered(`http://${hostname}:${port}`, {
    health_check_url: `${shop.apiUrl}/api/v1/gateway/health`,
  });
  const { path_pattern } = await shop.aRoute({
    service_name: itself.service_name,
    path_pattern: aPath(),
    token_required: false,
    retry_attempts: 0,
  });

  const answer = await eventually(async () => {
    const looped = await callForwarded(`GET ${path_pattern}`);
    return looped.status === 508 && looped;
  });

  expect(answer.body.code).toBe('LOOP_DETECTED');
});
