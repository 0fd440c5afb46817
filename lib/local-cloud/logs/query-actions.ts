import { randomUUID } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation } from '../core/service.ts';
import { parseQuery } from './insights-parser.ts';
import { type Found, type FoundEvent, runQuery } from './insights-query.ts';
import type { LogArns } from './log-arns.ts';
import type { LogStore } from './log-store.ts';
import { groupName } from './read-actions.ts';

export interface QueryDefinition {
  queryDefinitionId: string;
  name: string;
  queryString: string;
  logGroupNames: string[];
  lastModified: number;
  queryLanguage: 'CWLI';
  parameters?: { name: string; defaultValue?: string; description?: string }[];
}

interface StartQueryInput {
  logGroupName?: string;
  logGroupNames?: string[];
  logGroupIdentifiers?: string[];
  queryString: string;
  /** Seconds since the epoch; both ends belong to it. */
  startTime: number;
  endTime: number;
  limit?: number;
}

interface Finished extends Found {
  scanned: number;
  bytes: number;
}

/** Rows of a query that names no number. */
const DEFAULT_LIMIT = 10_000;
const MOST_GROUPS = 50;
/** Results are kept for this many queries; CloudWatch keeps them for seven days. */
const KEPT_RESULTS = 100;

/** CloudWatch Logs Insights: queries are done as soon as they are started. */
export function queryOperations(
  { store, definitions, account }: { store: LogStore; definitions: QueryDefinition[]; account: Account },
  arns: LogArns,
): Record<string, AnyOperation> {
  const finished = new Map<string, Finished>();
  return {
    StartQuery: {
      requires: ['queryString', 'startTime', 'endTime'],
      resources: (input: StartQueryInput) => groupsOf(store, input).map((name) => arns.stream(name, '')),
      run: (input: StartQueryInput) => {
        const queryId = randomUUID();
        finished.set(queryId, perform(store, account, input));
        if (finished.size > KEPT_RESULTS) finished.delete(finished.keys().next().value as string);
        return { queryId };
      },
    },
    GetQueryResults: {
      requires: ['queryId'],
      resources: () => ['*'],
      run: ({ queryId }: { queryId: string }) => {
        const found = finished.get(queryId);
        if (!found) throw new AwsError('ResourceNotFoundException', `Query ${queryId} does not exist.`);
        const { rows: results, matched: recordsMatched, scanned: recordsScanned, bytes: bytesScanned } = found;
        const statistics = { recordsMatched, recordsScanned, bytesScanned };
        return { queryLanguage: 'CWLI', results, statistics, status: 'Complete' };
      },
    },
    DescribeQueryDefinitions: {
      resources: () => ['*'],
      run: (input: { queryDefinitionNamePrefix?: string; maxResults?: number; nextToken?: string }) => {
        const { queryDefinitionNamePrefix: prefix = '', maxResults = 1_000, nextToken } = input;
        const found = definitions.filter(({ name }) => name.startsWith(prefix));
        const { items, nextToken: next } = page(found, maxResults, nextToken);
        return { queryDefinitions: items, nextToken: next };
      },
    },
  };
}

function perform(store: LogStore, account: Account, input: StartQueryInput): Finished {
  const { startTime, endTime, limit = DEFAULT_LIMIT } = input;
  const [from, until] = [startTime * 1_000, endTime * 1_000 + 999];
  const events = groupsOf(store, input).flatMap((group): FoundEvent[] =>
    store
      .events(group)
      .filter(({ timestamp }) => timestamp >= from && timestamp <= until)
      .map((event) => ({ ...event, log: `${account.id}:${group}` })),
  );
  const bytes = events.reduce((sum, { message }) => sum + message.length, 0);
  return { ...runQuery(parseQuery(input.queryString), events, limit), scanned: events.length, bytes };
}

/** Those that the call names, or that the query does by the beginnings of their names. */
function groupsOf(store: LogStore, input: StartQueryInput): string[] {
  const [first] = parseQuery(input.queryString);
  const { logGroupName, logGroupNames = [], logGroupIdentifiers = [] } = input;
  const named = [...(logGroupName ? [logGroupName] : []), ...logGroupNames, ...logGroupIdentifiers];
  if (first?.kind === 'source') {
    const { prefixes } = first;
    return store.groups().flatMap(({ name }) => (prefixes.some((prefix) => name.startsWith(prefix)) ? [name] : []));
  }
  if (named.length === 0 || named.length > MOST_GROUPS) {
    throw new AwsError('InvalidParameterException', `A query names 1 to ${MOST_GROUPS} log groups, or has a SOURCE.`);
  }
  const names = named.map((logGroupIdentifier) => groupName({ logGroupIdentifier }));
  for (const name of names) store.group(name);
  return names;
}
