import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause } from '#events/event.ts';
import { documents, putNew, putRevision, readRow, tableName } from '#lib/runtime/aws/table.ts';
import { type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import { type Decision, type Instance, isListed, type ListedInstance, type Registration } from './registry.ts';

/** Longer than any message about an instance is under way. */
const TOMBSTONE_SECONDS = 24 * 60 * 60;

type StoredInstance = Instance & { version: number; events: RecordedEvent[]; revision: number };
/** Metadata are kept as JSON: DynamoDB does not take every number and every depth. */
type Row<Kept extends Instance> = Omit<Kept, 'metadata'> & { metadata: string };

/** A version of a service, known from the first instance that said it. */
export interface ServiceVersion {
  service_name: string;
  service_version?: string;
  created_at: string;
}

const instanceKey = (instanceId: string) => ({ pk: `INSTANCE#${instanceId}` });
const serviceKey = ({
  service_name,
  service_version = '',
}: Pick<ServiceVersion, 'service_name' | 'service_version'>) => ({
  pk: `SERVICE#${service_name}#${service_version}`,
});

export async function keepServiceVersion(registration: Registration, now: Date): Promise<void> {
  const { service_name, service_version } = registration;
  await putNew({
    ...serviceKey(registration),
    service_name,
    service_version,
    created_at: now.toISOString(),
    kind: 'service',
    sort_name: `${service_name}#${service_version ?? ''}`,
  });
}

/**
 * Applies a rule to the instance, or to nothing where there is none, and writes what it decides, with its events,
 * unless it changed in between: then the rule is asked again. Resolves to the instance, or to `null` when the rule has
 * nothing to do.
 */
export async function changeInstance(
  instanceId: string,
  rule: (instance: Instance | undefined) => Decision | null,
  { cause, now }: { cause: Cause; now: Date },
): Promise<Instance | null> {
  for (;;) {
    const before = await findInstance(instanceId);
    const decision = rule(before);
    if (!decision) return null;
    const { instance, facts } = decision;
    // Only the events of the last write stay in the row: an instance lives long.
    const events = facts.length > 0 ? recorded(facts, cause, now) : (before?.events ?? []);
    const version = (before?.version ?? 0) + facts.length;
    const after = { ...instance, events, version, revision: (before?.revision ?? 0) + 1 };
    if (await putInstance(after, now)) return after;
  }
}

export async function findInstance(instanceId: string): Promise<StoredInstance | undefined> {
  const row = await readRow<Row<StoredInstance>>(instanceKey(instanceId));
  return row && fromRow(row);
}

/** A tombstone leaves the index, and in the end the table. */
function putInstance(after: StoredInstance, now: Date): Promise<boolean> {
  const listed = isListed(after);
  return putRevision({
    ...after,
    ...instanceKey(after.instance_id),
    metadata: JSON.stringify(after.metadata),
    kind: listed ? 'instance' : undefined,
    sort_name: `${after.service_name}#${after.instance_id}`,
    expires_at_seconds: listed ? undefined : Math.floor(now.getTime() / 1000) + TOMBSTONE_SECONDS,
  });
}

/** The instances of one service, or of all. */
export async function listInstances(serviceName?: string): Promise<ListedInstance[]> {
  return (await listKind<Row<ListedInstance>>('instance', serviceName)).map(fromRow);
}

function fromRow<Kept extends Instance>(row: Row<Kept>): Kept {
  return { ...row, metadata: JSON.parse(row.metadata) } as unknown as Kept;
}

/** The versions of one service, or of all, that have ever been registered. */
export function listServiceVersions(serviceName?: string): Promise<ServiceVersion[]> {
  return listKind<ServiceVersion>('service', serviceName);
}

async function listKind<Kept>(kind: 'instance' | 'service', serviceName?: string): Promise<Kept[]> {
  const rows: Kept[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName(),
        IndexName: 'by-kind',
        KeyConditionExpression: `kind = :kind${serviceName ? ' AND begins_with(sort_name, :prefix)' : ''}`,
        ExpressionAttributeValues: { ':kind': kind, ...(serviceName && { ':prefix': `${serviceName}#` }) },
        ExclusiveStartKey,
      }),
    );
    rows.push(...(Items as Kept[]));
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return rows;
}

/** Counts the picks of a service from 0: whose turn it is, wherever the requests are handled. */
export async function nextTurn(serviceName: string): Promise<number> {
  const { Attributes = {} } = await documents.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: { pk: `TURN#${serviceName}` },
      UpdateExpression: 'ADD turn :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Number(Attributes.turn) - 1;
}
