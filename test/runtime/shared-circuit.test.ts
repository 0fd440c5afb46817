import { describe, expect, test } from '@jest/globals';
import type { CircuitMemory } from '#lib/runtime/circuit.ts';
import { server } from '../setup/server-of-a-test.ts';
import { aClient, openCircuit } from './client-under-test.ts';

/** A memory that environments share. */
class SharedMemory implements CircuitMemory {
  openedAtMs: number | undefined;

  async recall(): Promise<number | undefined> {
    return this.openedAtMs;
  }

  async remember(_: string, openedAtMs: number | undefined): Promise<void> {
    this.openedAtMs = openedAtMs;
  }
}

describe('a circuit that environments share', () => {
  test('is open for a new one while it is open for another', async () => {
    const memory = new SharedMemory();
    await openCircuit(aClient({ memory }));

    expect(await aClient({ memory }).get('/things', {})).toEqual({ outcome: 'unavailable' });
    expect(server.requests).toHaveLength(0);
  });

  test('lets one call of a new one try when its time has come, and is closed for all on success', async () => {
    const memory = new SharedMemory();
    await openCircuit(aClient({ memory }));
    server.answers([200, 'well']);

    expect(await aClient({ memory, halfOpenAfterMs: 0 }).get('/things', {})).toMatchObject({ body: 'well' });

    expect(memory.openedAtMs).toBeUndefined();
    expect(await aClient({ memory }).get('/things', {})).toMatchObject({ body: 'well' });
  });

  test('is open for all again when that call fails', async () => {
    const memory = new SharedMemory();
    memory.openedAtMs = 1;
    server.answers([503]);

    await aClient({ memory }).get('/things', {});

    expect(server.requests).toHaveLength(1);
    expect(memory.openedAtMs).toBeGreaterThan(1);
  });

  test('is not missed where nothing can be remembered', async () => {
    const down = () => Promise.reject(new Error('no table'));
    const client = aClient({ memory: { recall: down, remember: down } });
    await openCircuit(client);

    expect(await client.get('/things', {})).toEqual({ outcome: 'unavailable' });
    expect(server.requests).toHaveLength(0);
  });
});
