import { AwsError } from '../core/aws-error.ts';
import type { LocalPage } from '../core/service.ts';
import { serviceGraph } from './service-graph.ts';
import { entryOf, rounded, summaryOf, type Trace, toTrace } from './summary.ts';
import type { TraceStore } from './trace-store.ts';

const SHOWN = 50;

/**
 * `traces`: the youngest first, all or those with these annotations (`?order_id=...`), and with `?id=...` all of one.
 * `trace-documents`: what was taken, trace by trace, `?from=0&limit=500` of them at once.
 * `service-map`: what calls what, of all traces that are kept.
 */
export function xrayPages(store: TraceStore): Record<string, LocalPage> {
  const all = () => store.list().map(({ id }) => toTrace(id, store.read(id)));
  return {
    traces(query) {
      const id = query.get('id');
      if (id) return whole(store, id);
      const limit = Number(query.get('limit') ?? SHOWN);
      const wanted = [...query].filter(([name]) => name !== 'limit');
      const found = all()
        .reverse()
        .filter((trace) => wanted.every(([name, value]) => hasAnnotation(trace, name, value)));
      return { ...store.counts(), found: found.length, traces: found.slice(0, limit).map(line) };
    },
    'trace-documents'(query) {
      const [from, limit] = [Number(query.get('from') ?? 0), Number(query.get('limit') ?? 500)];
      const listed = store.list();
      const traces = listed.slice(from, from + limit).map(({ id }) => ({ id, documents: store.read(id) }));
      return { ...store.counts(), traces, next: from + limit < listed.length ? from + limit : undefined };
    },
    'service-map': () => ({ services: serviceGraph(all()) }),
  };
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
