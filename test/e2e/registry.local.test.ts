import { randomUUID } from 'node:crypto';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AnsweringServer } from '../setup/answering-server.ts';
import { invoke, operatorEnvironment } from '../setup/embedded-cloud.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';

// A service of this machine is registered, and checks are asked for without waiting for their time: local only.

const CHECK = 'registry: check-instances';
const cause = { correlation_id: 'test', causation_id: 'test', traceparent: '' };

let server: AnsweringServer;

beforeAll(async () => {
  Object.assign(process.env, operatorEnvironment());
  server = await new AnsweringServer().start();
  server.answers([200, { status: 'well' }]);
});

afterAll(() => server.stop());

async function aRegistered(health_check_url = `${server.url}/health`): Promise<Json> {
  const { hostname, port } = new URL(health_check_url);
  const body = {
    service_name: `test-${randomUUID()}`,
    instance_id: `test-${randomUUID()}`,
    host: hostname,
    port: Number(port),
    health_check_url,
  };
  expect((await shop.call('POST /api/v1/services/register', { ...(await shop.admin()), body })).status).toBe(201);
  return body;
}

async function statusOf({ service_name }: Json): Promise<string> {
  const { body } = await shop.call(`GET /api/v1/services/${service_name}`, await shop.admin());
  return body.instances[0]?.status;
}

const record = (message: unknown) => ({ messageId: randomUUID(), body: JSON.stringify(message) });

function checkOf({ instance_id, health_check_url }: Json, due_at = new Date()): Json {
  return { due_at: due_at.toISOString(), targets: [{ instance_id, health_check_url }], cause };
}

/** Checks until the instance has the status, as the schedule would within half a minute. */
async function becomes(instance: Json, status: string): Promise<void> {
  await eventually(async () => {
    await invoke(CHECK, { Records: [record(checkOf(instance))] });
    return (await statusOf(instance)) === status;
  });
}

describe('a server that is registered', () => {
  test('is healthy, unhealthy when it is killed, and healthy again when it is back', async () => {
    const mortal = await new AnsweringServer().start();
    mortal.answers([204]);
    const instance = await aRegistered(`${mortal.url}/health`);
    await eventually(async () => (await statusOf(instance)) === 'healthy');

    await mortal.stop();
    await becomes(instance, 'unhealthy');
    await mortal.start(instance.port);
    await becomes(instance, 'healthy');

    expect(mortal.requests[0]).toMatchObject({ method: 'GET', url: '/health' });
    await mortal.stop();
  });

  test.each<[string, Parameters<AnsweringServer['answers']>[0]]>([
    ['fails', [500]],
    ['points elsewhere', [302, {}, { location: '/well' }]],
    ['never answers', 'never'],
  ])('is not healthy when its health URL %s', async (_, answer) => {
    const ill = await new AnsweringServer().start();
    ill.answers(answer);
    const instance = await aRegistered(`${ill.url}/health`);

    await becomes(instance, 'unhealthy');

    expect(ill.requests.every(({ url }) => url === '/health')).toBe(true);
    await ill.stop();
  });
});

describe('the news that an instance has registered', () => {
  const newsOf = ({ service_name, instance_id, host, port }: Json) => {
    const at = new Date().toISOString();
    const about = { event_type: 'instance.registered', version: 1, occurred_at: at, producer: 'registry-service' };
    const aggregate_id = `INSTANCE#${instance_id}`;
    const metadata = { event_id: `${aggregate_id}#1`, aggregate_id, aggregate_version: 1, ...about, ...cause };
    const data = { service_name, instance_id, host, port, registered_at: at };
    return record({ 'detail-type': about.event_type, detail: { metadata, data } });
  };

  test('may come twice, late, and beside a message that makes no sense', async () => {
    const instance = await aRegistered();
    await eventually(async () => (await statusOf(instance)) === 'healthy');
    const gone = { ...instance, instance_id: `test-${randomUUID()}` };
    const poison = record({ 'detail-type': 'instance.registered', detail: {} });

    const Records = [newsOf(instance), poison, newsOf(gone), newsOf(instance)];
    const answer = await invoke('registry: on-instance-registered', { Records });

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: poison.messageId }] });
    expect(await statusOf(instance)).toBe('healthy');
  });
});

describe('a stack', () => {
  /** The part of a deployment that tells the registry. */
  async function deploy(service_name: string, version: string): Promise<void> {
    const said = { service_name, version, url: server.url, health_route: '/health', routes: ['GET /health'] };
    const Name = `/bazaar/dev/services/${service_name}`;
    await new SSMClient({}).send(
      new PutParameterCommand({ Name, Value: JSON.stringify(said), Type: 'String', Overwrite: true }),
    );
  }

  test('is registered when it is deployed, follows its updates, and is gone when it is removed', async () => {
    const service_name = `test-${randomUUID()}`;
    const find = async () => {
      const { body } = await shop.call('GET /api/v1/services');
      return body.services.find(({ name }: Json) => name === service_name);
    };

    await deploy(service_name, '1');
    await eventually(async () => (await find())?.instances[0]?.status === 'healthy');
    await deploy(service_name, '2');
    await eventually(async () => (await find()).version === '2');
    await new SSMClient({}).send(new DeleteParameterCommand({ Name: `/bazaar/dev/services/${service_name}` }));
    await eventually(async () => (await find()).instances.length === 0);
  });

  test('is not asked for by a message that makes no sense', async () => {
    const answer = await invoke('registry: sync-stacks', { Records: [{ messageId: 'poison', body: '{}' }] });

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'poison' }] });
  });
});

describe('a check', () => {
  test('counts once, however often it comes, and not when a later one has been made', async () => {
    const dead = await aRegistered('http://127.0.0.1:9/');
    // Beyond the checks of the schedule, which would count too.
    const later = (seconds: number) => new Date(Date.now() + 3_600_000 + seconds * 1000);
    const due = later(0);

    for (const at of [due, due, due, new Date(), due]) await invoke(CHECK, { Records: [record(checkOf(dead, at))] });
    expect(await statusOf(dead)).toBe('starting');
    for (const at of [later(10), later(20)]) await invoke(CHECK, { Records: [record(checkOf(dead, at))] });

    expect(await statusOf(dead)).toBe('unhealthy');
  });

  test('of an URL that the instance no longer has does not count', async () => {
    const instance = await aRegistered();
    await eventually(async () => (await statusOf(instance)) === 'healthy');
    const elsewhere = { ...instance, health_check_url: 'http://127.0.0.1:9/' };

    for (let check = 0; check < 3; check++) await invoke(CHECK, { Records: [record(checkOf(elsewhere))] });

    expect(await statusOf(instance)).toBe('healthy');
  });

  test('that makes no sense is reported alone', async () => {
    const poison = record({ targets: 'all' });
    const good = record(checkOf({ instance_id: 'nobody', health_check_url: `${server.url}/health` }));

    const answer = await invoke(CHECK, { Records: [poison, good] });

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: poison.messageId }] });
  });
});
