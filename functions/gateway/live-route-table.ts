import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { documents, type RevisedRow, readRow, revisionPut, tableName } from '#lib/runtime/aws/table.ts';
import { type TransactWrite, writeTogether } from '#lib/runtime/aws/transaction.ts';
import type { LiveRoute } from './live-route.ts';

/** All routes as they were at one moment. */
export interface RouteTable {
  /** Counts the changes of the table. */
  revision: number;
  routes: LiveRoute[];
}

/** Names the routes that there are. Each change of a route changes this row too: who has its revision has them all. */
interface IndexRow extends RevisedRow {
  route_ids: string[];
}

/** BatchGetItem takes at most this many keys. */
const LARGEST_READ = 100;

const INDEX_KEY = { pk: 'ROUTES' };
const NO_ROUTES = { revision: 0, route_ids: [] };
const routeKey = (routeId: string) => ({ pk: `ROUTE#${routeId}` });

/** The table if it is not the one of the revision that is known, else `undefined`: one read of a small row. */
export async function readRoutesUnless(knownRevision: number | undefined): Promise<RouteTable | undefined> {
  const { revision, route_ids } = (await readRow<IndexRow>(INDEX_KEY)) ?? NO_ROUTES;
  if (revision === knownRevision) return undefined;
  const chunks = [];
  for (let at = 0; at < route_ids.length; at += LARGEST_READ) chunks.push(route_ids.slice(at, at + LARGEST_READ));
  return { revision, routes: (await Promise.all(chunks.map(readChunk))).flat() };
}

export async function readRoutes(): Promise<RouteTable> {
  return (await readRoutesUnless(undefined)) as RouteTable;
}

/** Writes a new or changed route. Resolves to whether the table was still as it had been read. */
export function putRoute(route: LiveRoute, before: RouteTable): Promise<boolean> {
  const ids = before.routes.map(({ route_id }) => route_id);
  const Item = { ...routeKey(route.route_id), ...route };
  return change(before, [...new Set([...ids, route.route_id])], { Put: { TableName: tableName(), Item } });
}

/** Takes the route away. Resolves to whether the table was still as it had been read. */
export function removeRoute(routeId: string, before: RouteTable): Promise<boolean> {
  const ids = before.routes.map(({ route_id }) => route_id).filter((id) => id !== routeId);
  return change(before, ids, { Delete: { TableName: tableName(), Key: routeKey(routeId) } });
}

async function change({ revision }: RouteTable, route_ids: string[], route: TransactWrite): Promise<boolean> {
  const index = { Put: revisionPut<IndexRow>({ ...INDEX_KEY, revision: revision + 1, route_ids }) };
  return (await writeTogether({ index, route })) === undefined;
}

async function readChunk(routeIds: string[]): Promise<LiveRoute[]> {
  const Keys = routeIds.map(routeKey);
  const { Responses, UnprocessedKeys } = await documents.send(
    new BatchGetCommand({ RequestItems: { [tableName()]: { Keys, ConsistentRead: true } } }),
  );
  if (Object.keys(UnprocessedKeys ?? {}).length > 0) throw new Error('DynamoDB did not read all routes: try again.');
  return (Responses?.[tableName()] ?? []) as LiveRoute[];
}
