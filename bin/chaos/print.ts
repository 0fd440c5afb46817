import type { Report } from './campaign.ts';

const BAR_WIDTH = 30;
const VIOLATIONS_SHOWN = 40;

/** Keeps one line of the terminal up to date; in a file it says each tenth, and each phase, once. */
export function progressBar(stream: NodeJS.WriteStream) {
  let last = '';
  return (phase: string, done: number, of?: number) => {
    const line = of ? `${phase} ${bar(done / of)} ${done}/${of}` : `${phase} ${done || ''}`;
    if (stream.isTTY) return void stream.write(`\r\u001b[K${line}`);
    const tenth = of ? `${phase} ${Math.floor((10 * done) / of)}` : phase;
    if (tenth !== last) stream.write(`${line}\n`);
    last = tenth;
  };
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`;
}

export function sentences(report: Report): string {
  const { faults, violations, ends } = report;
  const kinds = Object.entries(faults).sort(([, a], [, b]) => b - a);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const met = kinds.filter(([, count]) => count > 0).length;
  return [
    '',
    ...table([['fault injected', 'times'], ...kinds.map(([kind, count]) => [kind, String(count)])]),
    '',
    `${total} faults of ${met} kinds; ${report.accepted} of ${report.orders} orders accepted: ${listOf(ends)}`,
    `${report.events} events; ${report.redriven} dead letters put back; quiet after ${report.minutesToQuiet} minutes ` +
      `of the cloud's time; ${report.seconds} s in all`,
    '',
    ...told(violations),
    `seed ${report.seed}; to repeat: npm run chaos -- --orders ${report.orders} --seed ${report.seed}`,
  ].join('\n');
}

function told(violations: Report['violations']): string[] {
  if (violations.length === 0) return ['0 violations'];
  const checks = Map.groupBy(violations, ({ check }) => check);
  const rows = violations.slice(0, VIOLATIONS_SHOWN).map(({ check, subject, problem }) => [check, subject, problem]);
  const counts = [...checks].map(([check, all]) => `${check} ${all.length}`).join(', ');
  return [...table([['violated', 'by', 'problem'], ...rows]), '', `${violations.length} violations: ${counts}`];
}

function listOf(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

/** Columns side by side; the first row is their heads. */
export function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
