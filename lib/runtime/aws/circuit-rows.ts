import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CircuitMemory } from '../circuit.ts';
import { requiredEnv } from '../config.ts';
import { documents } from './table.ts';

/** An open circuit that nobody has closed for so long is forgotten. */
const KEPT_SECONDS = 60 * 60;

const rowOf = (service: string) => ({
  TableName: requiredEnv('CIRCUIT_TABLE_NAME'),
  Key: { pk: `CIRCUIT#${service}` },
});

/** Open circuits of the service that calls, a row each in a table of their own. */
export const circuitRows: CircuitMemory = {
  async recall(service) {
    const { Item } = await documents.send(new GetCommand(rowOf(service)));
    return Item?.opened_at_ms as number | undefined;
  },
  async remember(service, openedAtMs) {
    const { TableName, Key } = rowOf(service);
    if (openedAtMs === undefined) {
      await documents.send(new DeleteCommand({ TableName, Key }));
      return;
    }
    const expires_at_seconds = Math.floor(openedAtMs / 1000) + KEPT_SECONDS;
    await documents.send(new PutCommand({ TableName, Item: { ...Key, opened_at_ms: openedAtMs, expires_at_seconds } }));
  },
};
