import { createHash } from 'node:crypto';
import type { SegmentDocument } from '../core/segment.ts';

/** A segment that X-Ray has made itself, of a call whose other side records nothing. */
export interface Inferred extends SegmentDocument {
  inferred?: true;
}

/**
 * A trace as BatchGetTraces answers it: what was sent for itself stands in the segment that it is a part of, what was
 * sent again replaces what came before, and what was called without telling of it has a segment too.
 */
export function compileTrace(documents: SegmentDocument[]): Inferred[] {
  const latest = [...new Map(documents.map((document) => [document.id, document])).values()];
  const byId = new Map(latest.flatMap(withParts).map((document) => [document.id, document]));
  const segments = latest.filter((document) => {
    const parent = document.type === 'subsegment' ? byId.get(document.parent_id ?? '') : undefined;
    if (!parent) return true;
    parent.subsegments = [...(parent.subsegments ?? []), document];
    return false;
  });
  const parents = new Set(segments.map(({ parent_id }) => parent_id));
  const inferred = segments.flatMap((segment) =>
    withParts(segment)
      .filter(({ id, namespace, http }) => namespace && !parents.has(id) && http?.request?.traced !== true)
      .map((call) => inferredSegment(call, segment.trace_id)),
  );
  return [...segments, ...inferred].sort((a, b) => a.start_time - b.start_time);
}

/** The document and all that stands in it. */
export function withParts(document: SegmentDocument): SegmentDocument[] {
  return [document, ...(document.subsegments ?? []).flatMap(withParts)];
}

function inferredSegment(call: SegmentDocument, trace_id: string | undefined): Inferred {
  const { id, start_time, end_time, http, aws, error, fault, throttle, namespace } = call;
  return {
    id: createHash('sha256').update(id).digest('hex').slice(0, 16),
    ...calledNode(call),
    trace_id,
    parent_id: id,
    start_time,
    end_time,
    ...(http && { http }),
    ...(namespace === 'aws' && { aws }),
    ...(error && { error }),
    ...(fault && { fault }),
    ...(throttle && { throttle }),
    inferred: true,
  };
}

/** What the called side is named and typed on the map. */
export function calledNode({ name, namespace, aws = {} }: SegmentDocument): { name: string; origin: string } {
  if (namespace === 'remote') return { name, origin: 'remote' };
  if (aws.table_name) return { name: String(aws.table_name), origin: 'AWS::DynamoDB::Table' };
  if (aws.queue_url) return { name: String(aws.queue_url), origin: 'AWS::SQS::Queue' };
  return { name, origin: `AWS::${name}` };
}
