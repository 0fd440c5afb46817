import { table } from '../chaos/print.ts';
import type { KillPointsReport, TriedPoint } from './run.ts';

const SHOWN = 40;

export function sentences(report: KillPointsReport): string {
  const { stories, orders, rounds, redriven, violations, seconds } = report;
  const points = report.points.filter(({ isMet }) => isMet);
  const missed = report.points.filter(({ isMet }) => !isMet);
  const failed = report.points.filter((point) => point.violations.length > 0);
  const functions = [...Map.groupBy(report.points, (point) => point.function)].sort(([a], [b]) => (a < b ? -1 : 1));
  const ends = [...Map.groupBy(points, ({ end }) => end ?? 'never accepted')];
  return [
    '',
    ...table([['function', 'kill points', 'recovered'], ...functions.map(([name, of]) => lineOf(name, of))]),
    '',
    `${points.length} kill points in ${functions.length} functions, from the calls of ${stories.length} stories: ` +
      `${stories.join(', ')}`,
    `${orders} orders in ${rounds} rounds: ${ends.map(([end, of]) => `${of.length} killed ones ${end}`).join(', ')}; ` +
      `${redriven} dead letters put back; ${seconds} s in all`,
    ...(missed.length > 0 ? ['', `${missed.length} more were recorded, and their calls never made again:`] : []),
    ...missed.slice(0, SHOWN).map((point) => `  ${placeOf(point)}`),
    '',
    ...failed.slice(0, SHOWN).flatMap(told),
    ...violations.slice(0, SHOWN).map(({ check, subject, problem }) => `${check}: ${subject} ${problem}`),
    `${points.length - failed.length} recovered, ${failed.length} not` +
      (violations.length > 0 ? `; ${violations.length} violations besides` : ''),
  ].join('\n');
}

function lineOf(name: string, points: TriedPoint[]): string[] {
  const met = points.filter(({ isMet }) => isMet);
  return [name, String(met.length), String(met.filter(({ violations }) => violations.length === 0).length)];
}

function placeOf({ kill, function: fn, service, action, nth, what, story, orderId }: TriedPoint): string {
  const moment = kill === 'local:process-killed' ? 'before' : 'after';
  return `${fn}, ${moment} its ${service}:${action} number ${nth} (${what || 'no row'}), "${story}", order ${orderId}`;
}

function told(point: TriedPoint): string[] {
  return point.violations.map(({ check, subject, problem }) => `${placeOf(point)}: ${check}: ${subject} ${problem}`);
}
