import type { Construct } from 'constructs';
import { SavedQuery } from '#lib/infra/saved-query.ts';

const LINE =
  'fields @timestamp, service, function, message, outcome, duration_ms, reason, error.message, correlation_id';

/** What is asked of all services at once; the log groups, all of the stage, are chosen when a query is run. */
const QUERIES: { name: string; query: string[]; parameters?: string[] }[] = [
  {
    // Orders, events and messages are named in the lines of those who handled them.
    name: 'everything about this order',
    query: [LINE, 'filter @message like "{{order_id}}"', 'sort @timestamp asc', 'limit 1000'],
    parameters: ['order_id'],
  },
  {
    name: 'everything that this request led to',
    query: [LINE, 'filter correlation_id = "{{correlation_id}}"', 'sort @timestamp asc', 'limit 1000'],
    parameters: ['correlation_id'],
  },
  {
    name: 'failures by service',
    query: [
      'filter level = "ERROR" or Fault = 1',
      'stats count(*) as failures, count_distinct(correlation_id) as requests by service, function, outcome',
      'sort failures desc',
    ],
  },
  {
    name: 'refusals by route',
    query: [
      'filter status >= 400 and status < 500',
      'stats count(*) as refusals by service, message, status, outcome',
      'sort refusals desc',
    ],
  },
  {
    name: 'how long functions take',
    query: [
      'filter ispresent(duration_ms)',
      'stats count(*) as lines, pct(duration_ms, 50) as p50_ms, pct(duration_ms, 99) as p99_ms, max(duration_ms) as max_ms by service, function',
      'sort p99_ms desc',
    ],
  },
  {
    name: 'what sagas come to',
    query: [
      'filter message in ["step done", "step failed"]',
      'stats count(*) as steps, pct(duration_ms, 99) as p99_ms by service, function, outcome',
      'sort service asc, function asc',
    ],
  },
];

/** The saved queries of the stage. */
export function addPlatformQueries(scope: Construct): void {
  for (const [index, query] of QUERIES.entries()) new SavedQuery(scope, `Query${index + 1}`, query);
}
