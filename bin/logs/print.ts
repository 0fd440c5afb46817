import type { Row } from './insights.ts';
import type { Line, Story } from './story.ts';

/** What is said after the outcome, where a line has it. */
const DETAILS = ['status', 'event_type', 'reason'];
const COUNTS = ['changes', 'events', 'refused', 'attempt'];

export function storyText({ stage, id, correlation_ids, lines }: Story): string {
  if (lines.length === 0) return `No line of stage ${stage} names ${id}. A longer time? --since 7d`;
  const cells = lines.map(cellsOf);
  const table = aligned(cells);
  const requests = correlation_ids.length === 1 ? '1 request' : `${correlation_ids.length} requests`;
  return [...table, '', `${lines.length} lines of ${requests}`].join('\n');
}

/** Time, who, what came of it, how long it took, and what else is worth a word. */
function cellsOf({ at, log_group, said }: Line): string[] {
  const { service, function: fn, message, outcome = '', duration_ms, type, record, details, error, cold } = said;
  const who = service ? `${service}/${fn}` : log_group.replace(/^Bazaar-\w+-/, '');
  const what = typeof message === 'string' ? message : (type ?? '');
  const time = duration_ms === undefined ? '' : `${Math.round(duration_ms)} ms`;
  const more = [
    ...DETAILS.flatMap((name) => (said[name] === undefined ? [] : [String(said[name])])),
    ...COUNTS.flatMap((name) => (said[name] === undefined ? [] : [`${name} ${said[name]}`])),
    ...(cold ? ['cold'] : []),
    ...[error?.message, message?.errorMessage, record?.status, details?.error].filter(
      (text) => typeof text === 'string',
    ),
  ];
  return [at.slice(11), who, what, outcome, time, more.join('  ')];
}

/** The rows of a saved query. */
export function rowsText(rows: Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  if (rows.length === 0) return 'Nothing found. A longer time? --since 7d';
  return aligned([names, ...rows.map((row) => names.map((name) => row[name] ?? ''))]).join('\n');
}

function aligned(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
