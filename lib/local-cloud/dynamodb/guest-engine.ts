import { randomBytes } from 'node:crypto';
import type { Engine } from './engine.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { outputOf } from './replies.ts';

const ACCESS_KEY_BYTES = 10;

/**
 * A DynamoDB Local that somebody else has started, and that goes on when we end. It gives each access key tables of its
 * own unless it runs with `-sharedDb`, so that several clouds can be its guests.
 */
export function createGuestEngine(port: number): Engine {
  let entered: Promise<EngineClient> | undefined;

  async function enter(): Promise<EngineClient> {
    const client = createEngineClient(port, randomBytes(ACCESS_KEY_BYTES).toString('hex'));
    // Leaving, a guest removes all tables that it sees: they must not be anybody else's.
    const [table] = await tablesOf(client);
    if (table === undefined) return client;
    client.close();
    throw new Error(`The DynamoDB Local on port ${port} shows us the table ${table}: start it without -sharedDb.`);
  }

  return {
    launch() {
      entered ??= enter();
      return entered;
    },
    async stop() {
      const client = await entered?.catch(() => undefined);
      if (!client) return;
      for (const name of await tablesOf(client)) await client.send(...removal(name));
      client.close();
    },
  };
}

async function tablesOf(client: EngineClient): Promise<string[]> {
  const { TableNames } = outputOf(await client.send('DynamoDB_20120810.ListTables', '{}')) as { TableNames: string[] };
  return TableNames;
}

function removal(TableName: string): [target: string, body: string] {
  return ['DynamoDB_20120810.DeleteTable', JSON.stringify({ TableName })];
}
