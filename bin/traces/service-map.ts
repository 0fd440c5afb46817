import { nameOf } from './rows.ts';
import { partsOf, type Segment } from './tree.ts';

/**
 * - `calls`: asks by HTTP, or starts a function or queue of the other
 * - `events`: publishes what the other subscribes to
 * - `saga`: its saga runs functions of the other
 */
export interface SeenEdge {
  from: string;
  to: string;
  kind: 'calls' | 'events' | 'saga';
  /** Routes, types of events, or names of functions. */
  what: string[];
}

/** Which service has to do with which, as these traces show it; what a service does with itself is its own affair. */
export function seenServiceMap(traces: { segments: Segment[] }[]): SeenEdge[] {
  const edges = new Map<string, SeenEdge>();
  for (const { segments } of traces) {
    for (const edge of edgesOf(segments)) {
      const key = `${edge.from} ${edge.to} ${edge.kind}`;
      const before = edges.get(key)?.what ?? [];
      edges.set(key, { ...edge, what: [...new Set([...before, ...edge.what])].sort() });
    }
  }
  return [...edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}

function edgesOf(segments: Segment[]): SeenEdge[] {
  const parents = parentsOf(segments);
  return segments.flatMap(partsOf).flatMap((part) => {
    const to = part.annotations?.service;
    const chain = chainAbove(part, parents);
    const from = chain.map(({ annotations }) => annotations?.service).find(Boolean);
    if (!to || !from || from === to) return [];
    return { from: String(from), to: String(to), ...reasonOf(part, chain) };
  });
}

/** What lies between a piece of work and the one that caused it says how it did. */
function reasonOf(part: Segment, chain: Segment[]): Pick<SeenEdge, 'kind' | 'what'> {
  const between = chain.slice(
    0,
    chain.findIndex(({ annotations }) => annotations?.service),
  );
  if (between.some(({ aws }) => aws?.operation === 'PutEvents')) {
    return { kind: 'events', what: [String(part.annotations?.event_type)] };
  }
  if (between.some(({ origin }) => origin === 'AWS::StepFunctions::StateMachine')) {
    const own = between.find(({ origin }) => origin?.startsWith('AWS::Lambda')) ?? part;
    return { kind: 'saga', what: [nameOf(own).split('/').at(-1) ?? ''] };
  }
  const { method, url } = part.http?.request ?? {};
  return { kind: 'calls', what: method ? [`${method} ${url}`] : [] };
}

function parentsOf(segments: Segment[]): Map<string, Segment> {
  const byId = new Map(segments.flatMap(partsOf).map((part) => [part.id, part]));
  const parents = new Map<string, Segment>();
  for (const part of byId.values()) {
    for (const inside of part.subsegments ?? []) parents.set(inside.id, part);
    const outside = byId.get(part.parent_id ?? '');
    if (outside && !parents.has(part.id)) parents.set(part.id, outside);
  }
  return parents;
}

function chainAbove(part: Segment, parents: Map<string, Segment>): Segment[] {
  const chain: Segment[] = [];
  for (let above = parents.get(part.id); above && !chain.includes(above); above = parents.get(above.id))
    chain.push(above);
  return chain;
}
