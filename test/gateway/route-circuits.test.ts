import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { isBrokenCircuitError } from 'cockatiel';
import type * as routeCircuits from '#functions/gateway/route-circuits.ts';
import type { CircuitMemory } from '#lib/runtime/circuit.ts';
import { aLiveRoute } from './builders.ts';

let Circuits: typeof routeCircuits.RouteCircuits;
let memory: SharedMemory;

beforeAll(async () => {
  Object.assign(process.env, { SERVICE_NAME: 'test', FUNCTION_NAME: 'test', AWS_LAMBDA_LOG_LEVEL: 'FATAL' });
  Circuits = (await import('#functions/gateway/route-circuits.ts')).RouteCircuits;
});

beforeEach(() => {
  memory = new SharedMemory();
});

/** A memory that environments share. */
class SharedMemory implements CircuitMemory {
  readonly openedAtMs = new Map<string, number>();

  async recall(service: string): Promise<number | undefined> {
    return this.openedAtMs.get(service);
  }

  async remember(service: string, openedAtMs: number | undefined): Promise<void> {
    if (openedAtMs === undefined) this.openedAtMs.delete(service);
    else this.openedAtMs.set(service, openedAtMs);
  }
}

const anEnvironment = () => new Circuits(memory);

const INSTANCE = 'http://10.1.0.1:8080';
const route = aLiveRoute();

/** Sends a request that is answered so. Resolves to the status, or says that nothing was sent. */
async function callBy(environment: routeCircuits.RouteCircuits, status: number, to = INSTANCE, by = route) {
  try {
    return (await environment.of(by, to).execute(async () => ({ status, headers: {}, body: Buffer.alloc(0) }))).status;
  } catch (error) {
    if (isBrokenCircuitError(error)) return 'not sent';
    throw error;
  }
}

/** As many failures as it takes. */
async function open(environment: routeCircuits.RouteCircuits): Promise<void> {
  for (let failure = 0; failure < 5; failure++) expect(await callBy(environment, 503)).toBe(503);
}

describe('the circuit of a route to an instance', () => {
  test('is open for a new environment while it is open for another', async () => {
    await open(anEnvironment());

    expect(await callBy(anEnvironment(), 200)).toBe('not sent');
  });

  test('is another one for another instance, and for another route', async () => {
    await open(anEnvironment());
    const environment = anEnvironment();

    expect(await callBy(environment, 200, 'http://10.1.0.2:8080')).toBe(200);
    expect(await callBy(environment, 200, INSTANCE, aLiveRoute({ route_id: 'r2' }))).toBe(200);
  });

  test('is closed for all by a request that succeeds when its time has come', async () => {
    await open(anEnvironment());
    for (const service of memory.openedAtMs.keys()) memory.openedAtMs.set(service, 1);

    expect(await callBy(anEnvironment(), 200)).toBe(200);

    expect(memory.openedAtMs.size).toBe(0);
    expect(await callBy(anEnvironment(), 200)).toBe(200);
  });

  test('is not opened by answers that are the caller’s own fault', async () => {
    const environment = anEnvironment();

    for (let refusal = 0; refusal < 10; refusal++) expect(await callBy(environment, 404)).toBe(404);
    expect(memory.openedAtMs.size).toBe(0);
  });
});
