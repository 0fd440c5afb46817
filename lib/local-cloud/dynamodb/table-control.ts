import { AwsError } from '../core/aws-error.ts';
import type { EngineReply } from './engine-client.ts';
import { jsonReply } from './replies.ts';
import { type Input, required, type TableDescription, type Tag } from './shapes.ts';
import type { TableRegistry } from './table-registry.ts';
import { setTags } from './table-settings.ts';

type Send = (action: string, input: Input) => Promise<EngineReply>;

// DynamoDB Local refuses these; there is nothing that they could change here.
const WITHOUT_EFFECT = [
  'Tags',
  'TableClass',
  'OnDemandThroughput',
  'WarmThroughput',
  'ContributorInsightsSpecification',
];
const REFUSED = ['ResourcePolicy', 'ReplicaUpdates', 'GlobalTableWitnessUpdates', 'MultiRegionConsistency'];

/** The actions on whole tables: they keep the registry up to date, and answer with what the engine leaves out. */
export function createTableControl(
  tables: TableRegistry,
  send: Send,
): Record<string, (input: Input) => Promise<EngineReply>> {
  async function describe(input: Input, field: 'Table' | 'TableDescription'): Promise<EngineReply> {
    const reply = await send('DescribeTable', { TableName: input.TableName });
    return answered(reply, field);
  }

  function answered(reply: EngineReply, field: 'Table' | 'TableDescription'): EngineReply {
    if (reply.status !== 200) return reply;
    const output = JSON.parse(reply.body.toString());
    const description: TableDescription = output.Table ?? output.TableDescription;
    return jsonReply({ [field]: tables.observe(description) });
  }

  function remember(input: Input): void {
    const state = tables.find(required(input, 'TableName'));
    if (!state) return;
    setTags(state, (input.Tags ?? []) as Tag[]);
    if (typeof input.TableClass === 'string') state.tableClass = input.TableClass;
  }

  return {
    async CreateTable(input) {
      const created = answered(await send('CreateTable', understood(input)), 'TableDescription');
      if (created.status !== 200) return created;
      remember(input);
      return describe(input, 'TableDescription');
    },
    async UpdateTable(input) {
      const wanted = understood(input);
      const changes = Object.keys(wanted).some((field) => field !== 'TableName');
      const updated = changes ? answered(await send('UpdateTable', wanted), 'TableDescription') : undefined;
      if (updated && updated.status !== 200) return updated;
      remember(input);
      return describe(input, 'TableDescription');
    },
    DescribeTable: (input) => describe(input, 'Table'),
    async DeleteTable(input) {
      const deleted = answered(await send('DeleteTable', input), 'TableDescription');
      if (deleted.status === 200) tables.forget(required(input, 'TableName'));
      return deleted;
    },
  };
}

function understood(input: Input): Input {
  const refused = REFUSED.find((field) => input[field] !== undefined);
  if (refused) {
    throw new AwsError('ValidationException', `${refused} is not supported by the embedded cloud's DynamoDB.`);
  }
  const kept = without(input, WITHOUT_EFFECT);
  const indexes = kept.GlobalSecondaryIndexes;
  if (Array.isArray(indexes)) kept.GlobalSecondaryIndexes = indexes.map((index) => without(index, WITHOUT_EFFECT));
  const changes = kept.GlobalSecondaryIndexUpdates;
  if (Array.isArray(changes)) kept.GlobalSecondaryIndexUpdates = changes.map(indexChange);
  return kept;
}

/** `{ Create: { IndexName, ... } }`, and the same for Update and Delete. */
function indexChange(change: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(change).map(([kind, index]) => [kind, without(index, WITHOUT_EFFECT)]));
}

function without(record: object, fields: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !fields.includes(field)));
}
