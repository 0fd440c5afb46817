import { beforeAll, describe, expect, test } from '@jest/globals';
import type { circuitRows } from '#lib/runtime/aws/circuit-rows.ts';
import { functionNamed, operatorEnvironment, variablesOf } from '../setup/embedded-cloud.ts';

// Runs the code of the rows in this process, on the table of the embedded cloud.

let rows: typeof circuitRows;

beforeAll(async () => {
  Object.assign(process.env, operatorEnvironment());
  const { CIRCUIT_TABLE_NAME } = await variablesOf(await functionNamed('user: get-user'));
  Object.assign(process.env, { CIRCUIT_TABLE_NAME });
  rows = (await import('#lib/runtime/aws/circuit-rows.ts')).circuitRows;
});

describe('a circuit that is open', () => {
  test('is remembered until it is closed', async () => {
    expect(await rows.recall('nobody')).toBeUndefined();

    await rows.remember('nobody', 1_795_000_000_000);
    expect(await rows.recall('nobody')).toBe(1_795_000_000_000);
    await rows.remember('nobody', undefined);

    expect(await rows.recall('nobody')).toBeUndefined();
  });
});
