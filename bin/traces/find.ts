import type { Segment } from './tree.ts';
import type { XrayClient } from './xray-client.ts';

export interface FoundTrace {
  id: string;
  segments: Segment[];
}

interface Summaries {
  TraceSummaries: { Id: string }[];
  NextToken?: string;
}

/** How far to look back, and for how many. */
interface Extent {
  hours: number;
  most: number;
}

interface Traces {
  Traces: { Id: string; Segments: { Document: string }[] }[];
}

/** What an id may be, beside that of a trace. */
const ANNOTATIONS = ['order_id', 'correlation_id', 'user_id', 'event_id'];
const MOST_MAPPED = 500;
/** X-Ray looks through no more at once. */
const WINDOW_SECONDS = 6 * 60 * 60;
/** BatchGetTraces takes no more. */
const TRACES_PER_CALL = 5;

/** The trace of that id, or all of the last hours that have it for an annotation; the oldest first. */
export async function findTraces(xray: XrayClient, id: string, hours: number): Promise<FoundTrace[]> {
  const traceId = asTraceId(id);
  const found = traceId ? [traceId] : await idsWith(xray, expressionFor(id), { hours, most: Number.POSITIVE_INFINITY });
  return readTraces(xray, found);
}

/** Some of the last hours, the youngest if X-Ray answers them first: enough for a map. */
export async function someTraces(xray: XrayClient, hours: number): Promise<FoundTrace[]> {
  return readTraces(xray, (await idsWith(xray, undefined, { hours, most: MOST_MAPPED })).slice(0, MOST_MAPPED));
}

/** X-Ray's form of an id, W3C's form, or a whole `traceparent`. */
export function asTraceId(id: string): string | undefined {
  if (/^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(id)) return id;
  const [, digits] = /^(?:00-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?$/.exec(id) ?? [];
  return digits && `1-${digits.slice(0, 8)}-${digits.slice(8)}`;
}

function expressionFor(id: string): string {
  if (!/^[\w.:@/+=#-]{1,128}$/.test(id))
    throw new Error(`"${id}" is not the id of a trace, a request, an order or a user.`);
  return ANNOTATIONS.map((name) => `annotation.${name} = "${id}"`).join(' OR ');
}

async function idsWith(
  xray: XrayClient,
  FilterExpression: string | undefined,
  { hours, most }: Extent,
): Promise<string[]> {
  const now = Date.now() / 1000;
  const ids = new Set<string>();
  for (let until = now; ids.size < most && until > now - hours * 3600; until -= WINDOW_SECONDS) {
    const StartTime = Math.max(until - WINDOW_SECONDS, now - hours * 3600);
    let NextToken: string | undefined;
    do {
      const input = { StartTime, EndTime: until, FilterExpression, NextToken };
      const answer: Summaries = await xray.call<Summaries>('/TraceSummaries', input);
      for (const { Id } of answer.TraceSummaries) ids.add(Id);
      NextToken = answer.NextToken;
    } while (NextToken && ids.size < most);
  }
  return [...ids];
}

async function readTraces(xray: XrayClient, ids: string[]): Promise<FoundTrace[]> {
  const found: FoundTrace[] = [];
  for (let from = 0; from < ids.length; from += TRACES_PER_CALL) {
    const { Traces } = await xray.call<Traces>('/Traces', { TraceIds: ids.slice(from, from + TRACES_PER_CALL) });
    found.push(
      ...Traces.map(({ Id, Segments }) => ({ id: Id, segments: Segments.map(({ Document }) => JSON.parse(Document)) })),
    );
  }
  return found.sort((a, b) => startOf(a) - startOf(b));
}

function startOf({ segments }: FoundTrace): number {
  return Math.min(...segments.map(({ start_time }) => start_time));
}
