import type { Edge } from './edges.ts';

/** As Mermaid draws them: thick, plain, dotted. */
const ARROWS = { saga: '==>', calls: '-->', events: '-.->' };
/** Longer lists are counted: docs/map.md has them whole. */
const MOST_NAMED = 2;

/**
 * The map as a flowchart for Mermaid, which GitHub draws in light and dark. Health checks are left out: they go to
 * every service, so that nothing else would be seen.
 */
export function pictureOf(edges: Edge[]): string {
  const lines = edges.flatMap(({ kind, ...edge }) => {
    return kind === 'health' ? [] : `  ${edge.from} ${ARROWS[kind]}|${labelOf({ kind, ...edge })}| ${edge.to}`;
  });
  return ['```mermaid', 'flowchart LR', ...lines, '```'].join('\n');
}

function labelOf({ from, kind, what }: Edge): string {
  if (kind === 'calls') return [...new Set(what.map(pathStart))].join('<br>');
  if (kind === 'saga') return what.map((name) => name.replaceAll('-', ' ')).join('<br>');
  return what.length > MOST_NAMED ? `${what.length} events` : what.map((type) => withoutPrefix(type, from)).join('<br>');
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
