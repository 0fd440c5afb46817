import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation } from '../core/service.ts';
import { compileFilter } from './filter-pattern.ts';
import type { LogArns } from './log-arns.ts';
import type { LogGroup, LogStore, LogStream, StoredEvent } from './log-store.ts';
import type { MetricFilter } from './metric-filter.ts';

interface GroupInput {
  logGroupName?: string;
  logGroupIdentifier?: string;
}

interface DescribeGroupsInput {
  logGroupNamePrefix?: string;
  logGroupNamePattern?: string;
  limit?: number;
  nextToken?: string;
}

interface DescribeStreamsInput extends GroupInput {
  logStreamNamePrefix?: string;
  orderBy?: 'LogStreamName' | 'LastEventTime';
  descending?: boolean;
  limit?: number;
  nextToken?: string;
}

interface GetEventsInput extends GroupInput {
  logStreamName: string;
  startTime?: number;
  endTime?: number;
  nextToken?: string;
  limit?: number;
  startFromHead?: boolean;
}

interface FilterEventsInput extends GroupInput {
  logStreamNames?: string[];
  logStreamNamePrefix?: string;
  startTime?: number;
  endTime?: number;
  filterPattern?: string;
  nextToken?: string;
  limit?: number;
}

/** What a page holds when the caller does not say. */
const DESCRIBE_LIMIT = 50;
const EVENTS_LIMIT = 10_000;

/** The actions that read logs. */
export function readOperations(store: LogStore, filters: MetricFilter[], arns: LogArns): Record<string, AnyOperation> {
  return {
    DescribeLogGroups: {
      resources: () => [arns.stream('', '')],
      run: (input: DescribeGroupsInput) => describeGroups({ store, filters, arns }, input),
    },
    DescribeLogStreams: {
      resources: (input: GroupInput) => [arns.stream(groupName(input), '')],
      run: (input: DescribeStreamsInput) => describeStreams(store, arns, input),
    },
    GetLogEvents: {
      resources: (input: GetEventsInput) => [arns.stream(groupName(input), input.logStreamName)],
      run: (input: GetEventsInput) => getEvents(store, input),
    },
    FilterLogEvents: {
      resources: (input: GroupInput) => [arns.stream(groupName(input), '')],
      run: (input: FilterEventsInput) => filterEvents(store, input),
    },
    DescribeMetricFilters: {
      resources: (input: GroupInput) => [arns.stream(input.logGroupName ?? '', '')],
      run: ({ logGroupName }: GroupInput) => ({ metricFilters: describeFilters(filters, logGroupName) }),
    },
    TestMetricFilter: {
      requires: ['filterPattern', 'logEventMessages'],
      resources: () => ['*'],
      run: (input: { filterPattern: string; logEventMessages: string[] }) => testFilter(input),
    },
  };
}

/** Groups are named by name or by ARN. */
export function groupName({ logGroupName, logGroupIdentifier }: GroupInput): string {
  const name = logGroupName ?? logGroupIdentifier?.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, '');
  if (name) return name;
  throw new AwsError('InvalidParameterException', 'Exactly one of logGroupName and logGroupIdentifier is required.');
}

function describeGroups(
  { store, filters, arns }: { store: LogStore; filters: MetricFilter[]; arns: LogArns },
  { logGroupNamePrefix = '', logGroupNamePattern = '', limit = DESCRIBE_LIMIT, nextToken }: DescribeGroupsInput,
) {
  const groups = store
    .groups()
    .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern));
  const { items, nextToken: next } = page(groups, limit, nextToken);
  const logGroups = items.map((group) => describeGroup(group, filters, arns));
  return { logGroups, nextToken: next };
}

function describeGroup(group: LogGroup, filters: MetricFilter[], arns: LogArns) {
  return {
    logGroupName: group.name,
    creationTime: group.createdAtMs,
    retentionInDays: group.retentionInDays,
    metricFilterCount: filters.filter((filter) => filter.group === group.name).length,
    arn: arns.group(group.name),
    logGroupArn: arns.group(group.name).replace(/:\*$/, ''),
    storedBytes: group.size,
    logGroupClass: 'STANDARD',
  };
}

function describeStreams(store: LogStore, arns: LogArns, input: DescribeStreamsInput) {
  const { logStreamNamePrefix = '', orderBy = 'LogStreamName', descending, limit = DESCRIBE_LIMIT } = input;
  const group = groupName(input);
  const streams = [...store.group(group).streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix));
  streams.sort(orderBy === 'LastEventTime' ? byLastEvent : byName);
  if (descending) streams.reverse();
  const { items, nextToken } = page(streams, limit, input.nextToken);
  return { logStreams: items.map((stream) => describeStream(stream, arns.stream(group, stream.name))), nextToken };
}

function describeStream(stream: LogStream, arn: string) {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAtMs,
    firstEventTimestamp: stream.firstEventAtMs,
    lastEventTimestamp: stream.lastEventAtMs,
    lastIngestionTime: stream.lastIngestedAtMs,
    arn,
    storedBytes: 0,
  };
}

/** Tokens `f/<n>` and `b/<n>` go on after and before the n-th event; at either end the same token comes back. */
function getEvents(store: LogStore, input: GetEventsInput) {
  const group = groupName(input);
  store.stream(group, input.logStreamName);
  const { limit = EVENTS_LIMIT, nextToken, startFromHead } = input;
  const [direction, position] = nextToken?.split('/') ?? [];
  const at = Number(position);
  const backward = direction ? direction === 'b' : !startFromHead;
  const events = inTimeRange(store.events(group), input)
    .filter(({ stream }) => stream === input.logStreamName)
    .filter(({ sequence }) => !direction || (backward ? sequence < at : sequence > at));
  const chosen = backward ? events.slice(-limit) : events.slice(0, limit);
  return {
    events: chosen.map(({ timestamp, message, ingestedAtMs }) => ({ timestamp, message, ingestionTime: ingestedAtMs })),
    nextForwardToken: `f/${chosen.at(-1)?.sequence ?? (direction ? at : 0)}`,
    nextBackwardToken: `b/${chosen[0]?.sequence ?? (direction ? at : 0)}`,
  };
}

function filterEvents(store: LogStore, input: FilterEventsInput) {
  const { logStreamNames, logStreamNamePrefix = '', filterPattern = '', limit = EVENTS_LIMIT, nextToken } = input;
  const matches = compileFilter(filterPattern);
  const found = inTimeRange(store.events(groupName(input)), input).filter(
    ({ stream, message }) =>
      (logStreamNames?.includes(stream) ?? true) && stream.startsWith(logStreamNamePrefix) && matches(message),
  );
  const { items, nextToken: next } = page(found, limit, nextToken);
  return { events: items.map(describeFound), searchedLogStreams: [], nextToken: next };
}

function describeFound({ stream, timestamp, message, ingestedAtMs, sequence }: StoredEvent) {
  const eventId = String(sequence).padStart(56, '0');
  return { logStreamName: stream, timestamp, message, ingestionTime: ingestedAtMs, eventId };
}

/** From `startTime` on, before `endTime`; in the order of time, and of arrival within a millisecond. */
function inTimeRange(
  events: StoredEvent[],
  { startTime = 0, endTime = Infinity }: { startTime?: number; endTime?: number },
) {
  return events
    .filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime)
    .sort((a, b) => a.timestamp - b.timestamp || a.sequence - b.sequence);
}

function describeFilters(filters: MetricFilter[], group?: string) {
  return filters
    .filter((filter) => group === undefined || filter.group === group)
    .map((filter) => ({
      filterName: filter.name,
      filterPattern: filter.pattern,
      logGroupName: filter.group,
      creationTime: filter.createdAtMs,
      metricTransformations: filter.transformations.map((transformation) => ({
        metricName: transformation.MetricName,
        metricNamespace: transformation.MetricNamespace,
        metricValue: transformation.MetricValue,
        defaultValue: transformation.DefaultValue,
        unit: transformation.Unit,
      })),
    }));
}

function testFilter({ filterPattern, logEventMessages }: { filterPattern: string; logEventMessages: string[] }) {
  const matches = compileFilter(filterPattern);
  const tested = logEventMessages.map((eventMessage, index) => ({ eventNumber: index + 1, eventMessage }));
  return { matches: tested.filter(({ eventMessage }) => matches(eventMessage)) };
}

function byName(a: LogStream, b: LogStream): number {
  return a.name < b.name ? -1 : 1;
}

function byLastEvent(a: LogStream, b: LogStream): number {
  return (a.lastEventAtMs ?? 0) - (b.lastEventAtMs ?? 0);
}
