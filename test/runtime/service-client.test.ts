import { describe, expect, test } from '@jest/globals';
import { server } from '../setup/server-of-a-test.ts';
import { aClient, openCircuit } from './client-under-test.ts';

describe('a call of another service', () => {
  test('brings the answer, and passes headers on', async () => {
    server.answers([200, { things: [1] }]);

    const answer = await aClient().get('/things?limit=1', { authorization: 'Bearer x', traceparent: '00-1-2-01' });

    expect(answer).toEqual({ outcome: 'answered', status: 200, body: { things: [1] } });
    expect(server.requests[0]).toMatchObject({
      url: '/things?limit=1',
      headers: { authorization: 'Bearer x', traceparent: '00-1-2-01', accept: 'application/json' },
    });
  });

  test('is repeated when the service fails for a moment', async () => {
    server.answers([503], [200, 'well']);

    expect(await aClient().get('/things', {})).toMatchObject({ outcome: 'answered', body: 'well' });
    expect(server.requests).toHaveLength(2);
  });

  test('is given up after three tries', async () => {
    server.answers([500]);

    expect(await aClient().get('/things', {})).toEqual({ outcome: 'unavailable' });
    expect(server.requests).toHaveLength(3);
  });

  test('is not repeated when it is refused', async () => {
    server.answers([404, { code: 'NOT_FOUND' }]);

    const answer = await aClient().get('/things', {});

    expect(answer).toEqual({ outcome: 'answered', status: 404, body: { code: 'NOT_FOUND' } });
    expect(server.requests).toHaveLength(1);
  });

  test('is unavailable where nobody listens', async () => {
    const client = aClient();
    await server.stop();

    expect(await client.get('/things', {})).toEqual({ outcome: 'unavailable' });
    await server.start();
  });

  test('ends when its time is up, and is not repeated', async () => {
    server.answers('never');

    expect(await aClient({ timeoutMs: 50 }).get('/things', {})).toEqual({ outcome: 'timeout' });
    // On a busy machine the time may be up before the request has arrived.
    expect(server.requests.length).toBeLessThanOrEqual(1);
  });
});

describe('the circuit', () => {
  test('opens when most tries fail: then nothing is sent', async () => {
    const client = aClient();
    await openCircuit(client);

    expect(await client.get('/things', {})).toEqual({ outcome: 'unavailable' });
    expect(server.requests).toHaveLength(0);
  });

  test('stays closed while most tries succeed', async () => {
    const client = aClient();
    server.answers([200], [200], [200], [200], [503], [200]);

    for (let call = 0; call < 5; call++) {
      expect(await client.get('/things', {})).toMatchObject({ outcome: 'answered' });
    }
  });

  test('lets one call try when its time has come, and closes on success', async () => {
    const client = aClient({ halfOpenAfterMs: 0 });
    await openCircuit(client);
    server.answers([200, 'well'], [503], [200, 'well again']);

    expect(await client.get('/things', {})).toMatchObject({ body: 'well' });
    expect(await client.get('/things', {})).toMatchObject({ body: 'well again' });
  });
});

describe('a service in trouble', () => {
  test('is asked again for a fifth of the calls at most, once a few tries are used up', async () => {
    // One failure for each success: the circuit stays closed.
    server.answers(...Array.from({ length: 400 }, (_, index): [number, unknown] => [index % 2 ? 503 : 200, {}]));
    const client = aClient();

    for (let call = 0; call < 100; call++) await client.get('/things', {});

    // A hundred calls, ten repetitions that were saved, and twenty that were earned.
    expect(server.requests.length).toBeLessThanOrEqual(130);
    expect(server.requests.length).toBeGreaterThan(110);
  });

  test('holds up a few callers, not all', async () => {
    server.answers('never');
    const client = aClient({ mostAtOnce: 2, timeoutMs: 500 });

    const answers = await Promise.all([1, 2, 3].map(() => client.get('/things', {})));

    expect(answers.map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout', 'unavailable']);
  });
});
