import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AnsweringServer } from '../setup/answering-server.ts';

const cause = { correlation_id: 'c1', causation_id: 'r1', traceparent: '' };
const START_MS = Date.UTC(2026, 10, 22);

let registry: AnsweringServer;
/** Of an execution environment that has just started. */
let healthyInstances: typeof import('#functions/gateway/instances.ts').healthyInstances;

beforeAll(async () => {
  registry = await new AnsweringServer().start();
  Object.assign(process.env, { SERVICE_NAME: 'test', POWERTOOLS_LOG_LEVEL: 'SILENT', API_URL: registry.url });
});

beforeEach(async () => {
  jest.resetModules();
  ({ healthyInstances } = await import('#functions/gateway/instances.ts'));
  registry.requests.length = 0;
});

afterAll(() => registry.stop());

const knownAfter = (seconds: number) => healthyInstances('shop', cause, new Date(START_MS + seconds * 1_000));

function registryKnows(...instances: [id: string, status: string][]) {
  const listed = instances.map(([id, status]) => ({ id, status, host: 'shop.example.com', port: 443 }));
  registry.answers([200, { services: [{ name: 'shop', version: null, instances: listed }] }]);
}

describe('the instances of a service', () => {
  test('are those that are healthy', async () => {
    registryKnows(['a', 'healthy'], ['b', 'unhealthy'], ['c', 'starting'], ['d', 'stopping']);

    expect((await knownAfter(0)).map(({ id }) => id)).toEqual(['a']);
  });

  test('are asked for once in two seconds', async () => {
    registryKnows(['a', 'healthy']);
    for (const seconds of [0, 0.5, 1, 1.9]) await knownAfter(seconds);
    expect(registry.requests).toHaveLength(1);

    registryKnows(['b', 'healthy']);
    expect((await knownAfter(2)).map(({ id }) => id)).toEqual(['b']);
  });

  test('are as they were while the registry is in trouble', async () => {
    registryKnows(['a', 'healthy']);
    await knownAfter(0);
    registry.answers([500]);

    for (const seconds of [10, 1_000, 100_000]) {
      expect((await knownAfter(seconds)).map(({ id }) => id)).toEqual(['a']);
    }
  });

  test('are none, where it knows none that is healthy', async () => {
    const none = expect.objectContaining({ status: 503, code: 'NO_HEALTHY_INSTANCE' });
    registryKnows(['a', 'unhealthy']);
    await expect(knownAfter(0)).rejects.toEqual(none);
    registry.answers([500]);
    await expect(healthyInstances('nobody', cause, new Date(START_MS + 10_000))).rejects.toEqual(none);
  });
});
