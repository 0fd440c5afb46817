import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Buyer, Json } from '../setup/shop.ts';

let admin: Buyer;
let customer: Buyer;

beforeAll(async () => {
  [admin, customer] = await Promise.all([shop.admin(), shop.aCustomer()]);
});

const aPath = () => `/test/${randomUUID()}`;
const create = (body: Json) => shop.call('POST /api/v1/routes', { token: admin.token, body });

describe('a live route', () => {
  test('has the defaults of its columns', async () => {
    const path_pattern = aPath();
    const { status, headers, body } = await create({ path_pattern, service_name: 'nobody' });

    expect(status).toBe(201);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toEqual({
      route_id: expect.any(String),
      path_pattern,
      service_name: 'nobody',
      method: null,
      rate_limit_per_minute: null,
      timeout_ms: 30_000,
      retry_attempts: 3,
      circuit_breaker_enabled: true,
      token_required: true,
      pass_token: false,
      rewrite: null,
      headers: [],
      shadow: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
  });

  test('is in the list until it is deleted, and in force in between', async () => {
    const { route_id, path_pattern } = await shop.aRoute({ path_pattern: aPath() });
    const listed = async () => {
      const { body } = await shop.call('GET /api/v1/routes', { token: admin.token });
      return body.routes.some((route: Json) => route.route_id === route_id);
    };
    const codeNow = async () => (await shop.call(`GET ${path_pattern}`, { token: customer.token })).body.code;

    expect(await listed()).toBe(true);
    await eventually(async () => (await codeNow()) === 'NO_HEALTHY_INSTANCE');
    const { status } = await shop.call(`DELETE /api/v1/routes/${route_id}`, { token: admin.token });
    expect(status).toBe(204);
    expect(await listed()).toBe(false);
    await eventually(async () => (await codeNow()) === 'ROUTE_NOT_FOUND');
    expectProblem(await shop.call(`DELETE /api/v1/routes/${route_id}`, { token: admin.token }), 404, 'NOT_FOUND');
  });

  test('is replaced whole, unless it was changed in the meantime', async () => {
    const { route_id, path_pattern, created_at } = await shop.aRoute({ path_pattern: aPath(), timeout_ms: 100 });
    const replace = (headers: Record<string, string>) =>
      shop.call(`PUT /api/v1/routes/${route_id}`, {
        token: admin.token,
        headers,
        body: { path_pattern, service_name: 'another', method: 'GET' },
      });

    const { status, headers, body } = await replace({ 'if-match': '"1"' });

    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"2"');
    expect(body).toMatchObject({ service_name: 'another', method: 'GET', timeout_ms: 30_000, created_at });
    expectProblem(await replace({ 'if-match': '"1"' }), 412, 'PRECONDITION_FAILED');
  });

  test('is the only one of its paths and method', async () => {
    const path = aPath();
    await shop.aRoute({ path_pattern: `${path}/{id}`, method: 'GET' });

    expectProblem(
      await create({ path_pattern: `${path}/{other}`, method: 'GET', service_name: 'a' }),
      409,
      'ROUTE_EXISTS',
    );
    expect((await create({ path_pattern: `${path}/{id}`, method: 'PUT', service_name: 'a' })).status).toBe(201);
    expect((await create({ path_pattern: `${path}/{id}`, service_name: 'a' })).status).toBe(201);
  });

  test('of many that are added at once is never lost', async () => {
    const path = aPath();
    const added = await Promise.all([1, 2, 3, 4].map((n) => shop.aRoute({ path_pattern: `${path}/${n}` })));

    const { body } = await shop.call('GET /api/v1/routes', { token: admin.token });

    const ids = body.routes.map((route: Json) => route.route_id);
    expect(ids).toEqual(expect.arrayContaining(added.map(({ route_id }) => route_id)));
  });

  test.each([
    ['GET', '/api/v1/orders/{id}'],
    ['POST', '/api/v1/orders'],
    ['GET', '/api/v1/products/7'],
    ['GET', '/openapi.json'],
  ])('cannot stand behind %s %s, which a function of ours serves', async (method, path_pattern) => {
    expectProblem(await create({ method, path_pattern, service_name: 'a' }), 422, 'ROUTE_SHADOWED');
  });
});

describe('a route that cannot be', () => {
  test.each<[field: string, route: Json]>([
    ['path_pattern', { path_pattern: 'no-slash' }],
    ['path_pattern', { path_pattern: '/a/*/b' }],
    ['path_pattern', { path_pattern: '/a/../b' }],
    ['path_pattern', { path_pattern: `/${'x'.repeat(255)}` }],
    ['method', { method: 'TRACE' }],
    ['rate_limit_per_minute', { rate_limit_per_minute: 0 }],
    ['timeout_ms', { timeout_ms: 30_001 }],
    ['retry_attempts', { retry_attempts: 6 }],
    ['circuit_breaker_enabled', { circuit_breaker_enabled: 'yes' }],
    ['rewrite', { rewrite: '/{nowhere}' }],
    ['headers.0.name', { headers: [{ name: 'x-bazaar-role', value: 'admin' }] }],
    ['headers.0.value', { headers: [{ name: 'x-a', value: 'a\r\nb: c' }] }],
    ['shadow.service_name', { shadow: { service_name: '' } }],
    ['unheard_of', { unheard_of: 1 }],
  ])('is bad input: %s of %j', async (field, route) => {
    const answer = await create({ path_pattern: aPath(), service_name: 'a', ...route });

    expectProblem(answer, 400, 'VALIDATION_FAILED');
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field }));
  });
});

describe('the routes', () => {
  test('are for administrators', async () => {
    const { route_id } = await shop.aRoute();
    const body = { path_pattern: aPath(), service_name: 'a' };

    for (const route of [
      'GET /api/v1/routes',
      'POST /api/v1/routes',
      `PUT /api/v1/routes/${route_id}`,
      `DELETE /api/v1/routes/${route_id}`,
    ]) {
      const sent = route.startsWith('GET') ? {} : { body };
      expectProblem(await shop.call(route, sent), 401, 'UNAUTHORIZED');
      expectProblem(await shop.call(route, { ...sent, token: customer.token }), 403, 'FORBIDDEN');
    }
  });

  test('need a token unless they say otherwise', async () => {
    const [guarded, open] = await Promise.all([shop.aRoute(), shop.aRoute({ token_required: false })]);

    const codeOf = async ({ path_pattern }: Json) => (await shop.call(`GET ${path_pattern}`)).body.code;
    await eventually(async () => (await codeOf(guarded)) === 'UNAUTHORIZED');
    await eventually(async () => (await codeOf(open)) === 'NO_HEALTHY_INSTANCE');
  });
});
