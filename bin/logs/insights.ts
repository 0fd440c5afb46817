import { setTimeout as wait } from 'node:timers/promises';
import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  QueryStatus,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';

export type Row = Record<string, string>;

export interface Span {
  from: Date;
  until: Date;
}

const UNDER_WAY: string[] = [QueryStatus.Scheduled, QueryStatus.Running];
/** Pause between looks at a query, ms. One over an hour of logs takes a second or two. */
const LOOK_AGAIN_MS = 300;
/** The most that Insights gives. */
const MOST_ROWS = 10_000;

export interface Question extends Span {
  query: string;
  /** All log groups of the stage, unless some are named. */
  logGroupNames?: string[];
}

/** Runs a query of Logs Insights and waits for its end. */
export async function ask(
  client: CloudWatchLogsClient,
  stage: string,
  { query, logGroupNames = [], from, until }: Question,
): Promise<Row[]> {
  const named = logGroupNames.length > 0 ? { logGroupNames } : {};
  const { queryId } = await client.send(
    new StartQueryCommand({
      ...named,
      queryString: named.logGroupNames ? query : `SOURCE logGroups(namePrefix: ['Bazaar-${stage}-']) | ${query}`,
      startTime: Math.floor(from.getTime() / 1_000),
      endTime: Math.ceil(until.getTime() / 1_000),
      limit: MOST_ROWS,
    }),
  );
  for (;;) {
    const { status = '', results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
    if (status === QueryStatus.Complete) return results.map(rowOf);
    if (!UNDER_WAY.includes(status))
      throw new Error(`The query has ended as ${status}: try a shorter time, --since 1h.`);
    await wait(LOOK_AGAIN_MS);
  }
}

function rowOf(row: { field?: string; value?: string }[]): Row {
  return Object.fromEntries(row.map(({ field = '', value = '' }) => [field, value]));
}
