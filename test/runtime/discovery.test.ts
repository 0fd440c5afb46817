import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type * as discovery from '#lib/runtime/discovery.ts';
import { AnsweringServer } from '../setup/answering-server.ts';

const MINUTE = 60_000;

let registry: AnsweringServer;
let Discovery: typeof discovery.Discovery;
let now: number;

beforeAll(async () => {
  Object.assign(process.env, { SERVICE_NAME: 'test', FUNCTION_NAME: 'test', AWS_LAMBDA_LOG_LEVEL: 'FATAL' });
  ({ Discovery } = await import('#lib/runtime/discovery.ts'));
});

beforeEach(async () => {
  now = Date.parse('2026-11-22T10:00:00Z');
  registry = await new AnsweringServer().start();
  registry.answers([200, listOf({ host: 'a.example', port: 80, status: 'healthy' })]);
});

afterEach(() => registry.stop());

const listOf = (...instances: object[]) => ({ services: [{ name: 'order', version: '1', instances }] });
// Long enough for any machine: what is late here is never to come.
const aDiscovery = (timeoutMs = 60_000) =>
  new Discovery({ listUrl: `${registry.url}/services`, timeoutMs, now: () => now });

describe('the instances of a service', () => {
  test('are the healthy ones, at the addresses that the registry has', async () => {
    registry.answers([
      200,
      listOf(
        { host: 'a.example', port: 443, status: 'healthy' },
        { host: '2606:4700::1111', port: 8080, status: 'healthy' },
        { host: 'b.example', port: 80, status: 'unhealthy' },
        { host: 'c.example', port: 80, status: 'starting' },
      ),
    ]);

    expect(await aDiscovery().find('order')).toEqual(['https://a.example', 'http://[2606:4700::1111]:8080']);
  });

  test('are asked for with what belongs to the request, and without its token', async () => {
    const headers = { 'x-correlation-id': 'c1', traceparent: '00-1-2-01', authorization: 'Bearer jane' };

    await aDiscovery().find('order', headers);

    expect(registry.requests[0]).toMatchObject({ url: '/services', headers: { 'x-correlation-id': 'c1' } });
    expect(registry.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('are none where the registry knows none', async () => {
    expect(await aDiscovery().find('cart')).toEqual([]);
  });

  test('are asked for once in a while', async () => {
    const found = aDiscovery();

    await Promise.all([found.find('order'), found.find('order'), found.find('cart')]);
    now += 4_999;
    await found.find('order');
    expect(registry.requests).toHaveLength(1);
    now += 1;
    await found.find('order');

    expect(registry.requests).toHaveLength(2);
  });
});

describe('while the registry', () => {
  test.each<[string, Parameters<AnsweringServer['answers']>[0]]>([
    ['fails', [503]],
    ['answers something else', [200, { services: 'none' }]],
    ['refuses', [429, {}]],
  ])('%s, what it said last is good for a quarter of an hour', async (_, answer) => {
    const found = aDiscovery();
    await found.find('order');
    registry.answers(answer);

    now += 15 * MINUTE;
    expect(await found.find('order')).toEqual(['http://a.example:80']);
    now += 1;
    expect(await found.find('order')).toEqual([]);
  });

  test('cannot be reached, nobody waits for it, and it is soon asked again', async () => {
    const found = aDiscovery();
    await registry.stop();
    expect(await found.find('order')).toEqual([]);

    await registry.start(Number(new URL(registry.url).port));
    expect(await found.find('order')).toEqual([]);
    now += 5_000;

    expect(await found.find('order')).toEqual(['http://a.example:80']);
  });

  test('never answers, it is given up', async () => {
    registry.answers('never');

    expect(await aDiscovery(1).find('order')).toEqual([]);
  });
});
