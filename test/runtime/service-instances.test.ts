import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type * as discovery from '#lib/runtime/discovery.ts';
import { AddressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import type { ServiceClientOptions } from '#lib/runtime/service-client.ts';
import { AnsweringServer } from '../setup/answering-server.ts';
import { server } from '../setup/server-of-a-test.ts';
import { aClient } from './client-under-test.ts';

let Discovery: typeof discovery.Discovery;

beforeAll(async () => {
  Object.assign(process.env, { SERVICE_NAME: 'test', FUNCTION_NAME: 'test', AWS_LAMBDA_LOG_LEVEL: 'FATAL' });
  ({ Discovery } = await import('#lib/runtime/discovery.ts'));
});

describe('a service with several instances', () => {
  const others = [new AnsweringServer(), new AnsweringServer(), new AnsweringServer()];
  const policy = new AddressPolicy(['127.0.0.0/8']);

  beforeEach(async () => {
    for (const other of others) {
      await other.start();
      other.requests.length = 0;
    }
    const instances = others.map(({ url }) => ({
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      status: 'healthy',
    }));
    server.answers([200, { services: [{ name: 'thing', instances }] }]);
  });

  afterEach(() => Promise.all(others.map((other) => other.stop())));

  const aFinder = (options: Partial<ServiceClientOptions> = {}) =>
    aClient({
      service: 'thing',
      discovery: new Discovery({ listUrl: `${server.url}/services`, timeoutMs: 60_000 }),
      policy,
      ...options,
    });

  test('is asked at one of them', async () => {
    for (const other of others) other.answers([200, 'well']);

    expect(await aFinder().get('/things', { authorization: 'Bearer x' })).toMatchObject({ body: 'well' });

    const asked = others.flatMap(({ requests }) => requests);
    expect(asked).toMatchObject([{ url: '/things', headers: { authorization: 'Bearer x' } }]);
  });

  test('is asked at each in turn when they fail', async () => {
    for (const other of others) other.answers([503]);

    expect(await aFinder().get('/things', {})).toEqual({ outcome: 'unavailable' });

    expect(others.map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
  });

  test('is not asked where the stage does not allow it', async () => {
    for (const other of others) other.answers([200, 'well']);

    expect(await aFinder({ policy: new AddressPolicy() }).get('/things', {})).toEqual({ outcome: 'unavailable' });

    expect(others.flatMap(({ requests }) => requests)).toHaveLength(0);
  });

  test('is asked at its base URL when the registry knows no instance', async () => {
    server.answers([200, { services: [] }], [200, 'well']);

    expect(await aFinder().get('/things', {})).toMatchObject({ body: 'well' });
    expect(server.requests.map(({ url }) => url)).toEqual(['/services', '/things']);
  });

  test('is asked at its base URL when the registry is down', async () => {
    server.answers([503], [200, 'well']);

    expect(await aFinder().get('/things', {})).toMatchObject({ body: 'well' });
  });
});
