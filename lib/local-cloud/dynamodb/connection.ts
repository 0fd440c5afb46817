import type { Engine } from './engine.ts';
import type { EngineClient } from './engine-client.ts';
import { outputOf } from './replies.ts';
import type { TableDescription } from './shapes.ts';
import type { TableRegistry } from './table-registry.ts';

interface TablePage {
  TableNames: string[];
  LastEvaluatedTableName?: string;
}

/** Starts the database when it is first needed, and takes in the tables that a database on disk brings along. */
export function createConnection(engine: Engine, tables: TableRegistry): () => Promise<EngineClient> {
  let connected: Promise<EngineClient> | undefined;

  async function connect(): Promise<EngineClient> {
    const client = await engine.launch();
    for await (const table of keptTables(client)) tables.observe(table);
    return client;
  }

  return () => {
    connected ??= connect();
    return connected;
  };
}

async function* keptTables(client: EngineClient): AsyncGenerator<TableDescription> {
  const call = async <O>(action: string, input: object) =>
    outputOf(await client.send(`DynamoDB_20120810.${action}`, JSON.stringify(input))) as O;
  let from: string | undefined;
  do {
    const page = await call<TablePage>('ListTables', from ? { ExclusiveStartTableName: from } : {});
    for (const TableName of page.TableNames) {
      yield (await call<{ Table: TableDescription }>('DescribeTable', { TableName })).Table;
    }
    from = page.LastEvaluatedTableName;
  } while (from);
}
