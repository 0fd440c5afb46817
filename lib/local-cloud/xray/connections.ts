import type { SegmentDocument } from '../core/segment.ts';
import { withParts } from './compile.ts';
import type { TraceStore } from './trace-store.ts';

/** Of what is wrong so much is told. */
const MOST_TOLD = 20;

/** What can be said of all traces at once. */
export interface Connections {
  traces: number;
  /** HTTP requests that functions say they have served. */
  requests: number;
  /** Segments that another one has led to: calls, messages, steps. */
  hops: number;
  unconnected: string[];
  /** Invocations for messages of other traces that have recorded their work in their own. */
  strays: string[];
}

/**
 * A trace is connected when all of its segments have one beginning: one that nothing here led to, or the span of a
 * client, which stands in a trace of the client's.
 */
export function connections(store: TraceStore): Connections {
  const found: Connections = { traces: 0, requests: 0, hops: 0, unconnected: [], strays: [] };
  for (const id of store.list()) count(found, id, store.read(id));
  return found;
}

function count(found: Connections, traceId: string, documents: SegmentDocument[]): void {
  const parts = documents.flatMap(withParts);
  const ids = new Set(parts.map(({ id }) => id));
  const beginnings = new Set<string>();
  for (const { id, parent_id } of documents) {
    if (parent_id && ids.has(parent_id)) found.hops++;
    else beginnings.add(parent_id ?? id);
  }
  found.traces++;
  found.requests += new Set(parts.filter(isRequest).map(({ id }) => id)).size;
  if (beginnings.size > 1 && found.unconnected.length < MOST_TOLD) found.unconnected.push(traceId);
  if (isStray(documents) && found.strays.length < MOST_TOLD) found.strays.push(traceId);
}

function isRequest({ http, namespace }: SegmentDocument): boolean {
  return http?.request !== undefined && namespace === undefined;
}

function isStray(documents: SegmentDocument[]): boolean {
  const linked = documents.filter(({ links = [] }) => links.length > 0).map(({ id }) => id);
  const functions = documents.filter(({ parent_id = '' }) => linked.includes(parent_id)).map(({ id }) => id);
  return documents.some(({ type, parent_id = '' }) => type === 'subsegment' && functions.includes(parent_id));
}
