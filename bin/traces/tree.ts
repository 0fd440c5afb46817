import type { SegmentDocument } from '#lib/runtime/tracing/document.ts';

/** A segment as X-Ray answers it: with what it has inferred, and what AWS's own services say. */
export interface Segment extends Omit<SegmentDocument, 'subsegments'> {
  inferred?: boolean;
  links?: { trace_id: string; id: string }[];
  subsegments?: Segment[];
}

/** A piece of work in its place: what it has caused stands below it. */
export interface Node {
  segment: Segment;
  children: Node[];
}

/** The document and all that stands in it. */
export function partsOf(segment: Segment): Segment[] {
  return [segment, ...(segment.subsegments ?? []).flatMap(partsOf)];
}

/** The trees of a trace: one, if the trace is connected. What was inferred is left out: its call says as much. */
export function treesOf(segments: Segment[]): Node[] {
  const told = segments.filter(({ inferred }) => !inferred);
  const ids = new Set(told.flatMap(partsOf).map(({ id }) => id));
  const isRoot = ({ parent_id }: Segment) => !parent_id || !ids.has(parent_id);
  const byParent = Map.groupBy(
    told.filter((segment) => !isRoot(segment)),
    ({ parent_id }) => parent_id,
  );
  const nodeOf = (segment: Segment): Node => {
    const children = [...(segment.subsegments ?? []), ...(byParent.get(segment.id) ?? [])];
    return { segment, children: children.map(nodeOf).sort(byStart) };
  };
  return told.filter(isRoot).map(nodeOf).sort(byStart);
}

function byStart(a: Node, b: Node): number {
  return a.segment.start_time - b.segment.start_time;
}
