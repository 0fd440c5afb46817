import type { SegmentDocument } from '../core/segment.ts';
import { compileTrace, type Inferred, withParts } from './compile.ts';

/** A trace, and what can be asked of it at once. */
export interface Trace {
  id: string;
  /** Seconds since 1970. */
  startedAt: number;
  endedAt: number;
  segments: Inferred[];
  parts: SegmentDocument[];
}

export function toTrace(id: string, documents: SegmentDocument[]): Trace {
  const segments = compileTrace(documents);
  const parts = segments.flatMap(withParts);
  return {
    id,
    segments,
    parts,
    startedAt: Math.min(...parts.map(({ start_time }) => start_time)),
    endedAt: Math.max(...parts.map(({ start_time, end_time = start_time }) => end_time)),
  };
}

/** One of GetTraceSummaries. */
export function summaryOf({ id, segments, parts, startedAt, endedAt }: Trace) {
  const entry = entryOf(segments);
  const served = parts.find(({ namespace, http }) => !namespace && http?.request);
  return {
    Id: id,
    StartTime: startedAt,
    Duration: rounded(endedAt - startedAt),
    ResponseTime: rounded((entry?.end_time ?? startedAt) - startedAt),
    HasFault: segments.some(({ fault }) => fault === true),
    HasError: segments.some(({ error }) => error === true),
    HasThrottle: segments.some(({ throttle }) => throttle === true),
    IsPartial: parts.some(({ in_progress }) => in_progress === true),
    Http: served?.http && {
      HttpURL: served.http.request?.url,
      HttpMethod: served.http.request?.method,
      HttpStatus: served.http.response?.status,
    },
    Annotations: annotationsOf(parts),
    ServiceIds: segments.map(({ name, origin }) => ({ Name: name, Names: [name], Type: origin })),
    EntryPoint: entry && { Name: entry.name, Names: [entry.name], Type: entry.origin },
    Revision: segments.length,
  };
}

/** The segment that the trace began with. */
export function entryOf(segments: Inferred[]): Inferred | undefined {
  return segments.find(({ parent_id }) => !parent_id) ?? segments[0];
}

function annotationsOf(parts: SegmentDocument[]) {
  const values = new Map<string, Set<string | number | boolean>>();
  for (const [key, value] of parts.flatMap(({ annotations = {} }) => Object.entries(annotations))) {
    values.set(key, (values.get(key) ?? new Set()).add(value));
  }
  return Object.fromEntries(
    [...values].map(([key, all]) => [key, [...all].map((value) => ({ AnnotationValue: typed(value) }))]),
  );
}

function typed(value: string | number | boolean) {
  if (typeof value === 'number') return { NumberValue: value };
  return typeof value === 'boolean' ? { BooleanValue: value } : { StringValue: value };
}

/** Milliseconds are all that X-Ray shows. */
export function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
