/**
 * - `calls`: asks by HTTP, or starts a function or queue of the other
 * - `events`: publishes what the other subscribes to
 * - `saga`: its saga runs functions of the other
 * - `health`: asks whether the other is well
 */
export type EdgeKind = 'calls' | 'events' | 'saga' | 'health';

/** One service has to do with another. */
export interface Edge {
  from: string;
  to: string;
  kind: EdgeKind;
  /** Routes, event types, or names of functions. */
  what: string[];
}

const KINDS: EdgeKind[] = ['saga', 'calls', 'events', 'health'];

/** One edge of a kind between two services, sorted; what a service has to do with itself is its own affair. */
export function merged(edges: Edge[]): Edge[] {
  const byEnds = new Map<string, Edge>();
  for (const { from, to, kind, what } of edges) {
    if (from === to) continue;
    const key = [from, to, KINDS.indexOf(kind)].join(' ');
    const before = byEnds.get(key)?.what ?? [];
    byEnds.set(key, { from, to, kind, what: [...new Set([...before, ...what])].sort() });
  }
  return [...byEnds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}
