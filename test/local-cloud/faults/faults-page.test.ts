import { afterEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '#lib/local-cloud/core/wire.ts';
import { startEndpoint } from '#lib/local-cloud/core/wire.ts';
import { createTestCloud } from '../core/test-cloud.ts';
import { FaultyCloud } from './faulty-cloud.ts';

let endpoint: Endpoint | undefined;

afterEach(() => endpoint?.stop());

async function setUp() {
  const cloud = new FaultyCloud();
  const { iam, account, context } = createTestCloud();
  cloud.api.register(cloud.faults.module);
  endpoint = await startEndpoint({ api: cloud.api, iam, account, port: 0, log: context.log });
  const url = `${endpoint.url}/_bazaar/faults`;
  const ask = async (method: string, query = '', body?: object, type = 'application/json') => {
    const response = await fetch(url + query, {
      method,
      headers: { 'content-type': type },
      body: body && JSON.stringify(body),
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers of three methods
    return { status: response.status, body: (await response.json()) as any };
  };
  return { cloud, ask };
}

describe('/_bazaar/faults', () => {
  test('adds a fault, lists it and ends it', async () => {
    const { cloud, ask } = await setUp();

    const added = await ask('POST', '', { action: 'aws:fis:inject-api-internal-error', service: 'dynamodb' });
    const during = await cloud.outcome('dynamodb', 'GetItem');
    const listed = await ask('GET');
    const ended = await ask('DELETE', '?id=1');
    const afterwards = await cloud.outcome('dynamodb', 'GetItem');

    expect(added).toMatchObject({ status: 200, body: { id: '1', percentage: 100, met: 0 } });
    expect(listed.body).toMatchObject({ faults: [{ id: '1', service: 'dynamodb', met: 1 }] });
    expect(ended.body).toMatchObject({ ended: [{ id: '1' }] });
    expect([during, afterwards]).toEqual(['InternalServerError', 'done']);
    expect((await ask('GET')).body.faults).toEqual([]);
  });

  test('ends all faults', async () => {
    const { cloud, ask } = await setUp();
    for (const action of ['local:api-no-answer', 'local:process-killed']) await ask('POST', '', { action });

    expect((await ask('DELETE')).body.ended).toHaveLength(2);
    expect(await cloud.outcome('dynamodb', 'GetItem')).toBe('done');
  });

  test('says what is wrong with a request', async () => {
    const { ask } = await setUp();

    const { status, body } = await ask('POST', '', { action: 'nothing' });

    expect(status).toBe(400);
    expect(body.message).toContain('action');
  });

  test('takes nothing that a foreign page can make a browser send', async () => {
    const { cloud, ask } = await setUp();

    expect((await ask('POST', '', { action: 'local:api-no-answer' }, 'text/plain')).status).toBe(415);
    expect(cloud.faults.list()).toEqual([]);
  });

  test('has no other methods', async () => {
    const { ask } = await setUp();

    expect((await ask('PUT', '', {})).status).toBe(404);
  });
});
