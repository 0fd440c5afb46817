import { AwsError } from '../core/aws-error.ts';
import { stableUuid } from '../core/stable-id.ts';
import type { Arns } from './arns.ts';
import type { TableDescription } from './shapes.ts';

/** What is known of a table beside its items; the lower half is what DynamoDB Local does not keep. */
export interface TableState {
  name: string;
  keys: string[];
  /** Set while the stream is enabled. */
  streamArn?: string;
  tags: Map<string, string>;
  /** The attribute with the time of expiry, while expiry is enabled. */
  ttlAttribute?: string;
  recovery: { enabled: boolean; days: number; sinceSeconds?: number };
  tableClass?: string;
}

export interface TableRegistry {
  /** Takes in what the engine says of a table, and gives it back as AWS would say it. */
  observe(description: TableDescription): TableDescription;
  forget(name: string): void;
  all(): TableState[];
  find(name: string): TableState | undefined;
  /** The table, or AWS's words for there being none; `code` differs between the actions. */
  get(nameOrArn: string, code?: string): TableState;
}

const AWS_DEFAULT_RECOVERY_DAYS = 35;

export function createTableRegistry(arns: Arns): TableRegistry {
  const tables = new Map<string, TableState>();

  function stateOf(description: TableDescription): TableState {
    const known = tables.get(description.TableName);
    if (known) return known;
    const state: TableState = {
      name: description.TableName,
      keys: description.KeySchema.map((key) => key.AttributeName),
      tags: new Map(),
      recovery: { enabled: false, days: AWS_DEFAULT_RECOVERY_DAYS },
    };
    tables.set(state.name, state);
    return state;
  }

  return {
    observe(engineDescription) {
      const description: TableDescription = JSON.parse(arns.fromEngine(JSON.stringify(engineDescription)));
      const state = stateOf(description);
      state.streamArn = description.StreamSpecification?.StreamEnabled ? description.LatestStreamArn : undefined;
      description.TableId = stableUuid(`${description.TableArn} ${description.CreationDateTime}`);
      if (state.tableClass) description.TableClassSummary = { TableClass: state.tableClass };
      return description;
    },
    forget: (name) => void tables.delete(name),
    all: () => [...tables.values()],
    find: (name) => tables.get(name),
    get(nameOrArn, code = 'ResourceNotFoundException') {
      const name = arns.tableName(nameOrArn);
      const state = tables.get(name);
      if (state) return state;
      const sentence = code === 'TableNotFoundException' ? 'Table not found' : 'Requested resource not found: Table';
      throw new AwsError(code, `${sentence}: ${name}${code === 'TableNotFoundException' ? '' : ' not found'}`);
    },
  };
}
