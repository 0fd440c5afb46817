import { AwsError } from '../core/aws-error.ts';
import type { LocalPage } from '../core/service.ts';
import { connections } from './connections.ts';
import { serviceGraph } from './service-graph.ts';
import { entryOf, rounded, summaryOf, type Trace, toTrace } from './summary.ts';
import type { TraceStore } from './trace-store.ts';

const SHOWN = 50;
/** A map of more traces than these looks no different. */
const MAPPED = 1_000;

/**
 * `traces`: the youngest first, all or those with these annotations (`?order_id=...`), and with `?id=...` all of one.
 * `trace-documents`: traces with `atLeast` so many documents, whole, `limit` of them at once, the youngest first.
 * `trace-connections`: whether each trace is connected. `service-map`: what calls what, of the youngest traces.
 */
export function xrayPages(store: TraceStore): Record<string, LocalPage> {
  const read = (id: string) => toTrace(id, store.read(id));
  return {
    traces(query) {
      const id = query.get('id');
      if (id) return whole(store, id);
      const wanted = [...query].filter(([name]) => name !== 'limit');
      const has = (trace: Trace) => wanted.every(([name, value]) => hasAnnotation(trace, name, value));
      const [text] = wanted.map(([, value]) => value);
      const ids = store.list(text ? { texts: [text] } : {});
      const found = wanted.length > 0 ? ids.filter((one) => has(read(one))) : ids;
      const shown = found.slice(0, number(query, 'limit', SHOWN));
      return { ...store.counts(), found: found.length, traces: shown.map((one) => line(read(one))) };
    },
    'trace-documents'(query) {
      const [from, limit, atLeast] = [
        number(query, 'from', 0),
        number(query, 'limit', SHOWN),
        number(query, 'atLeast', 0),
      ];
      const ids = store.list({ atLeast });
      const traces = ids.slice(from, from + limit).map((id) => ({ id, segments: read(id).segments }));
      return { traces, next: from + limit < ids.length ? from + limit : undefined };
    },
    'trace-connections': () => ({ ...store.counts(), ...connections(store) }),
    'service-map': (query) => ({
      services: serviceGraph(
        store
          .list()
          .slice(0, number(query, 'limit', MAPPED))
          .map(read),
      ),
    }),
  };
}

function number(query: URLSearchParams, name: string, otherwise: number): number {
  return Number(query.get(name) ?? otherwise);
}

function whole(store: TraceStore, id: string) {
  const documents = store.read(id);
  if (documents.length === 0) throw new AwsError('ResourceNotFoundException', `There is no trace ${id}.`, 404);
  const { segments, startedAt, endedAt } = toTrace(id, documents);
  return { id, started_at: startedAt, seconds: rounded(endedAt - startedAt), segments };
}

function line(trace: Trace) {
  const { Http, HasFault, HasError } = summaryOf(trace);
  return {
    id: trace.id,
    started_at: new Date(trace.startedAt * 1000).toISOString(),
    seconds: rounded(trace.endedAt - trace.startedAt),
    segments: trace.segments.length,
    name: entryOf(trace.segments)?.name,
    ...(Http && { method: Http.HttpMethod, url: Http.HttpURL, status: Http.HttpStatus }),
    ...(HasFault && { fault: true }),
    ...(HasError && { error: true }),
  };
}

function hasAnnotation({ parts }: Trace, name: string, value: string): boolean {
  return parts.some(({ annotations }) => String(annotations?.[name]) === value);
}
