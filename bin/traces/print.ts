import type { FoundTrace } from './find.ts';
import { rowsOf } from './rows.ts';
import type { SeenEdge } from './service-map.ts';
import { treesOf } from './tree.ts';
import { waterfall } from './waterfall.ts';

/** The traces that were found: one drawn, the others named, or all drawn. */
export function foundText(id: string, traces: FoundTrace[], { all, hours }: { all: boolean; hours: number }): string {
  const [largest] = traces.toSorted((a, b) => b.segments.length - a.segments.length);
  if (!largest) return `No trace of ${id} in the last ${hours} hours: was it sampled, and is that the right account?`;
  if (all) return traces.map(waterfall).join('\n\n');
  const others = traces.filter((trace) => trace !== largest);
  return [waterfall(largest), ...(others.length > 0 ? ['', 'also found:', ...others.map(title)] : [])].join('\n');
}

function title({ id, segments }: FoundTrace): string {
  const [first] = rowsOf(treesOf(segments));
  return `  ${id}  ${first?.name} ${first?.detail}`.trimEnd();
}

const VERBS = { calls: 'calls', events: 'tells', saga: 'runs steps of' };

export function mapText(edges: SeenEdge[]): string {
  if (edges.length === 0) return 'No traces.';
  return edges.map(({ from, to, kind, what }) => `${from} ${VERBS[kind]} ${to}: ${what.join(', ')}`).join('\n');
}
