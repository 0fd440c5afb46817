import type { FoundTrace } from './find.ts';
import { type Row, rowsOf } from './rows.ts';
import { treesOf } from './tree.ts';

const BAR_WIDTH = 36;
const SIGNS = { ok: ' ', error: '!', fault: '✗', 'under way': '…' };

/** A trace as a picture of text: when each piece of work began, and how long it took. */
export function waterfall({ id, segments }: FoundTrace): string {
  const trees = treesOf(segments);
  const rows = rowsOf(trees);
  const totalMs = Math.max(1, ...rows.map(({ fromMs, lengthMs }) => fromMs + lengthMs));
  const nameWidth = Math.max(...rows.map(({ depth, name }) => depth * 2 + name.length));
  const whole = trees.length === 1 ? 'one connected trace' : `${trees.length} parts that are not connected`;
  return [
    `${id}  ${Math.round(totalMs)} ms, ${rows.length} pieces of work, ${whole}`,
    ...rows.map((row) => line(row, { totalMs, nameWidth })),
  ].join('\n');
}

function line(row: Row, { totalMs, nameWidth }: { totalMs: number; nameWidth: number }): string {
  const { depth, name, fromMs, lengthMs, outcome, detail } = row;
  const from = Math.min(BAR_WIDTH - 1, Math.round((fromMs / totalMs) * BAR_WIDTH));
  const length = Math.max(1, Math.round((lengthMs / totalMs) * BAR_WIDTH));
  const bar = `${' '.repeat(from)}${'█'.repeat(Math.min(length, BAR_WIDTH - from))}`.padEnd(BAR_WIDTH);
  const times = `${String(Math.round(fromMs)).padStart(6)} ${String(Math.round(lengthMs)).padStart(6)}`;
  return `${times} ${SIGNS[outcome]} ${bar} ${`${'  '.repeat(depth)}${name}`.padEnd(nameWidth)}  ${detail}`.trimEnd();
}
