import { table } from '../chaos/print.ts';
import { isRecovered, type KillPointsReport, type TriedPoint } from './run.ts';

const SHOWN = 40;

export function sentences(report: KillPointsReport): string {
  const { points, stories, orders, rounds, redriven, violations, seconds } = report;
  const failed = points.filter((point) => !isRecovered(point));
  const functions = [...Map.groupBy(points, (point) => point.function)].sort(([a], [b]) => (a < b ? -1 : 1));
  const ends = [...Map.groupBy(points, ({ end }) => end ?? 'never accepted')];
  return [
    '',
    ...table([['function', 'kill points', 'recovered'], ...functions.map(([name, of]) => lineOf(name, of))]),
    '',
    `${points.length} kill points in ${functions.length} functions, from the calls of ${stories.length} stories: ` +
      `${stories.join(', ')}`,
    `${orders} orders in ${rounds} rounds: ${ends.map(([end, of]) => `${of.length} killed ones ${end}`).join(', ')}; ` +
      `${redriven} dead letters put back; ${seconds} s in all`,
    '',
    ...failed.slice(0, SHOWN).flatMap(told),
    ...violations.slice(0, SHOWN).map(({ check, subject, problem }) => `${check}: ${subject} ${problem}`),
    `${points.length - failed.length} recovered, ${failed.length} not` +
      (violations.length > 0 ? `; ${violations.length} violations besides` : ''),
  ].join('\n');
}

function lineOf(name: string, points: TriedPoint[]): string[] {
  return [name, String(points.length), String(points.filter(isRecovered).length)];
}

function told(point: TriedPoint): string[] {
  const { kill, service, action, nth, what, story, orderId, isMet, violations } = point;
  const moment = kill === 'local:process-killed' ? 'before' : 'after';
  const place = `${point.function}, ${moment} its ${service}:${action} number ${nth} (${what || 'no row'}), "${story}"`;
  if (!isMet) return [`${place}: was never met, order ${orderId}`];
  return violations.map(({ check, subject, problem }) => `${place}: ${check}: ${subject} ${problem}`);
}
