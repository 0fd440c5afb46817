import type { Edge } from './edges.ts';

/** As Mermaid draws them, thick, plain and dotted; in this order, which gives the best layout. */
const ARROWS = { saga: '==>', calls: '-->', events: '-.->' } as const;
/** So that names on neighbouring arrows do not cover each other. */
const ROOM = '%%{init: {"flowchart": {"nodeSpacing": 70, "rankSpacing": 60}}}%%';
/** Longer lists are counted: docs/map.md has them whole. */
const MOST_NAMED = 2;

/**
 * The map as a flowchart for Mermaid, which GitHub draws in light and dark. Health checks are left out: they go to
 * every service, so that nothing else would be seen.
 */
export function pictureOf(edges: Edge[]): string {
  const lines = Object.entries(ARROWS).flatMap(([drawn, arrow]) =>
    edges.filter(({ kind }) => kind === drawn).map((edge) => `  ${edge.from} ${arrow}|${labelOf(edge)}| ${edge.to}`),
  );
  return ['```mermaid', ROOM, 'flowchart LR', ...lines, '```'].join('\n');
}

function labelOf({ from, kind, what }: Edge): string {
  if (kind === 'calls') return [...new Set(what.map(pathStart))].join(', ');
  if (kind === 'saga') return what.map((name) => name.replaceAll('-', ' ')).join('<br>');
  return what.length > MOST_NAMED ? `${what.length} events` : what.map((type) => withoutPrefix(type, from)).join(', ');
}

/** `/api/v1/payments/webhooks/{provider}` is told enough by `/payments/webhooks`. */
function pathStart(route: string): string {
  const path = route.split(' ')[1]?.replace(/^(\/api|\/internal)?\/v\d+/, '') ?? route;
  return path.replace(/\/\{.*$/, '');
}

/** Whose event it is stands at the other end of the arrow. */
function withoutPrefix(type: string, from: string): string {
  return type.startsWith(`${from}.`) ? type.slice(from.length + 1) : type;
}
