import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Answer, Json } from '../setup/shop.ts';

const REGISTER = 'POST /api/v1/services/register';

const anInstance = (said?: Json): Json => shop.anInstance(said);
const register = (instance: Json): Promise<Answer> => shop.registerInstance(instance);

async function aRegistered(said: Json = {}): Promise<Json> {
  const instance = anInstance(said);
  expect((await register(instance)).status).toBe(201);
  return instance;
}

const pathOf = ({ service_name, instance_id }: Json) => `/api/v1/services/${service_name}/instances/${instance_id}`;

async function heartbeat(instance: Json, query = ''): Promise<Answer> {
  return shop.call(`POST ${pathOf(instance)}/heartbeat${query}`, await shop.admin());
}

async function deregister(instance: Json): Promise<Answer> {
  return shop.call(`DELETE ${pathOf(instance)}`, await shop.admin());
}

async function listed({ service_name }: Json): Promise<Json> {
  return (await shop.call(`GET /api/v1/services/${service_name}`, await shop.admin())).body;
}

async function pick({ service_name }: Json, query = ''): Promise<Answer> {
  return shop.call(`GET /api/v1/services/${service_name}/instance${query}`, await shop.admin());
}

async function pickedFrom(instance: Json): Promise<Answer | undefined> {
  const answer = await pick(instance);
  return answer.status === 200 ? answer : undefined;
}

const isHealthy = ({ status }: Json) => status === 'healthy';

describe('every service that is deployed', () => {
  test.each(['cart', 'gateway', 'inventory', 'notification', 'order', 'payment', 'product', 'registry', 'user'])(
    'is registered by itself, and healthy: %s',
    async (service) => {
      const instance = await eventually(async () => {
        const { body } = await shop.call('GET /api/v1/services');
        return body.services.find(({ name }: Json) => name === service)?.instances.find(isHealthy);
      });

      const { hostname } = new URL(shop.apiUrl);
      expect(instance).toMatchObject({ id: `${service}-stack`, host: hostname });
      const { body } = await pick({ service_name: service });
      expect(body).toMatchObject({ version: expect.any(String), metadata: { routes: expect.any(Array) } });
      expect(body.metadata.routes).toContain(`GET /api/v1/${service}/health`);
    },
  );
});

describe('an instance that registers', () => {
  test('is told what is known of it', async () => {
    const instance = anInstance({ version: '1.4.2', metadata: { zone: 'a' } });

    const { status, body } = await register(instance);

    expect(status).toBe(201);
    expect(body).toEqual({
      ...instance,
      status: 'starting',
      registered_at: expect.any(String),
      last_heartbeat: body.registered_at,
    });
  });

  test('keeps whatever metadata it has', async () => {
    const metadata = { tiny: 5e-324, big: 1e300, '': [null, { deep: [[[['\u0000']]]] }] };

    expect((await register(anInstance({ metadata }))).body.metadata).toEqual(metadata);
  });

  test('is listed for everybody', async () => {
    const instance = await aRegistered({ version: '2.0' });
    const { host, port } = instance;

    const { body } = await shop.call('GET /api/v1/services');

    const service = body.services.find(({ name }: Json) => name === instance.service_name);
    expect(service).toMatchObject({ version: '2.0', instances: [{ id: instance.instance_id, host, port }] });
    expect(await listed(instance)).toMatchObject({ name: instance.service_name, version: '2.0' });
  });

  test('again stays as it is', async () => {
    const instance = await aRegistered();

    const again = await register(instance);

    expect(again.status).toBe(201);
    expect((await listed(instance)).instances).toHaveLength(1);
  });

  test('cannot take the id of another service', async () => {
    const { instance_id } = await aRegistered();

    expectProblem(await register(anInstance({ instance_id })), 409, 'INSTANCE_ID_TAKEN');
  });

  test('can take the id that another service has given up', async () => {
    const first = await aRegistered();
    await deregister(first);

    expect((await register(anInstance({ instance_id: first.instance_id }))).status).toBe(201);
  });

  test.each<[string, Json]>([
    ['service_name', { service_name: 'a/b' }],
    ['instance_id', { instance_id: '' }],
    ['port', { port: 65_536 }],
    ['port', { port: '80' }],
    ['health_check_url', { health_check_url: 'ftp://example.com' }],
    ['version', { version: 'x'.repeat(21) }],
    ['metadata', { metadata: { much: 'x'.repeat(5_000) } }],
    ['status', { status: 'healthy' }],
  ])('needs a valid %s', async (field, wrong) => {
    const answer = await register(anInstance(wrong));

    expectProblem(answer, 400, 'VALIDATION_FAILED');
    expect(answer.body.errors).toMatchObject([{ field }]);
  });
});

describe('an instance that is registered', () => {
  test('says that it lives', async () => {
    expect((await heartbeat(await aRegistered())).status).toBe(204);
  });

  test('says that it stops: it is listed, and not picked', async () => {
    const instance = await aRegistered();

    expect((await heartbeat(instance, '?status=stopping')).status).toBe(204);

    expect((await listed(instance)).instances).toMatchObject([{ status: 'stopping' }]);
    expectProblem(await pick(instance), 503, 'NO_HEALTHY_INSTANCE');
  });

  test('goes', async () => {
    const instance = await aRegistered();

    expect((await deregister(instance)).status).toBe(204);

    expect((await listed(instance)).instances).toEqual([]);
    expectProblem(await pick(instance), 503, 'NO_HEALTHY_INSTANCE');
    expectProblem(await deregister(instance), 404, 'NOT_FOUND');
    expectProblem(await heartbeat(instance), 404, 'NOT_FOUND');
  });

  test('is not found under the name of another service', async () => {
    const { instance_id } = await aRegistered();
    const { service_name } = await aRegistered();

    expectProblem(await heartbeat({ service_name, instance_id }), 404, 'NOT_FOUND');
    expectProblem(await deregister({ service_name, instance_id }), 404, 'NOT_FOUND');
  });

  test('cannot be said to be anything else', async () => {
    expectProblem(await heartbeat(await aRegistered(), '?status=healthy'), 400, 'VALIDATION_FAILED');
  });
});

describe('an instance whose health URL answers', () => {
  test('is healthy soon, and picked', async () => {
    const instance = await aRegistered({ version: '3', metadata: { zone: 'b' } });

    const { body } = await eventually(async () => pickedFrom(instance));

    const { service_name, instance_id: id, host, port, version, metadata } = instance;
    const scheme = new URL(shop.apiUrl).protocol.slice(0, -1);
    expect(body).toEqual({ id, host, port, status: 'healthy', service_name, version, scheme, metadata });
    expect((await listed(instance)).instances).toEqual([{ id, host, port, status: 'healthy' }]);
  });

  test('shares the requests with the others of its service', async () => {
    const { service_name } = await aRegistered();
    for (const version of ['2', '2']) await aRegistered({ service_name, version });
    await eventually(async () => (await listed({ service_name })).instances.every(isHealthy));

    const turns: string[] = [];
    for (let turn = 0; turn < 6; turn++) turns.push((await pick({ service_name }, '?strategy=round-robin')).body.id);

    expect(new Set(turns.slice(0, 3)).size).toBe(3);
    expect(turns.slice(3)).toEqual(turns.slice(0, 3));
    expect((await pick({ service_name }, '?version=2')).body.version).toBe('2');
    expectProblem(await pick({ service_name }, '?version=9'), 503, 'NO_HEALTHY_INSTANCE');
  });

  test('that registers again stays healthy', async () => {
    const instance = await aRegistered();
    await eventually(async () => pickedFrom(instance));

    expect((await register(instance)).body.status).toBe('healthy');
  });
});

describe('an instance whose health URL does not answer', () => {
  test('is not picked', async () => {
    const instance = await aRegistered({ health_check_url: `${shop.apiUrl}/nowhere` });

    expectProblem(await pick(instance), 503, 'NO_HEALTHY_INSTANCE');
  });
});

describe('a service that nobody has heard of', () => {
  test('is not there, and has no healthy instance', async () => {
    const unknown = anInstance();

    const { token } = await shop.admin();
    expectProblem(await shop.call(`GET /api/v1/services/${unknown.service_name}`, { token }), 404, 'NOT_FOUND');
    expectProblem(await pick(unknown), 503, 'NO_HEALTHY_INSTANCE');
  });
});

describe('the registry', () => {
  const instance = '/api/v1/services/any/instances/any';

  test.each([
    'GET /api/v1/services/any',
    'GET /api/v1/services/any/instance',
    REGISTER,
    `POST ${instance}/heartbeat`,
    `DELETE ${instance}`,
  ])('answers %s only with a token', async (route) => {
    expectProblem(await shop.call(route), 401, 'UNAUTHORIZED');
  });

  test('lets customers look, and change nothing', async () => {
    const registered = await aRegistered();
    const { token } = await shop.aCustomer();

    expect((await shop.call(`GET /api/v1/services/${registered.service_name}`, { token })).status).toBe(200);
    expectProblem(await shop.call(REGISTER, { token, body: anInstance() }), 403, 'FORBIDDEN');
    expectProblem(await shop.call(`POST ${pathOf(registered)}/heartbeat`, { token }), 403, 'FORBIDDEN');
    expectProblem(await shop.call(`DELETE ${pathOf(registered)}`, { token }), 403, 'FORBIDDEN');
  });
});
