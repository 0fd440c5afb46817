import { fromCivil, toCivil } from './civil-time.ts';
import { compileDayOfMonth, compileDayOfWeek, type DayTest, lastDay } from './cron-days.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const LAST_YEAR = 2199;

interface Cron {
  minutes: number[];
  hours: number[];
  runsOn: DayTest;
  months: Set<number>;
  years: Set<number>;
}

/** Finds the moments of a cron expression, strictly after a given one. */
export type NextRun = (after: number) => number | undefined;

/**
 * Compiles the six fields of AWS's cron: minutes, hours, day of month, month, day of week, year. One of the two days
 * has to be `?`. Undefined when the expression is not valid.
 */
export function compileCron(expression: string, timeZone: string): NextRun | undefined {
  const fields = expression.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const minutes = readSet(minute, [0, 59]);
  const hours = readSet(hour, [0, 23]);
  const months = readSet(month, [1, 12], MONTHS);
  const years = readSet(year, [1970, LAST_YEAR]);
  const runsOn =
    dayOfMonth === '?'
      ? compileDayOfWeek(dayOfWeek, (field, names) => readSet(field, [1, 7], names))
      : compileDayOfMonth(dayOfMonth, (field) => readSet(field, [1, 31]));
  if (!minutes || !hours || !months || !years || !runsOn) return undefined;
  const cron: Cron = { minutes: sorted(minutes), hours: sorted(hours), runsOn, months, years };
  return (after) => nextRun(cron, after, timeZone);
}

function nextRun(cron: Cron, after: number, timeZone: string): number | undefined {
  const start = toCivil(after, timeZone);
  for (let year = start.year; year <= LAST_YEAR; year += 1) {
    if (!cron.years.has(year)) continue;
    const firstMonth = year === start.year ? start.month : 1;
    for (let month = firstMonth; month <= 12; month += 1) {
      if (!cron.months.has(month)) continue;
      const firstDay = year === start.year && month === start.month ? start.day : 1;
      const run = runInMonth(cron, { year, month, firstDay, after, timeZone });
      if (run !== undefined) return run;
    }
  }
  return undefined;
}

interface MonthSearch {
  year: number;
  month: number;
  firstDay: number;
  after: number;
  timeZone: string;
}

function runInMonth(cron: Cron, { year, month, firstDay, after, timeZone }: MonthSearch): number | undefined {
  const last = lastDay(year, month);
  for (let day = firstDay; day <= last; day += 1) {
    if (!cron.runsOn(year, month, day)) continue;
    const times = cron.hours.flatMap((hour) => cron.minutes.map((minute) => ({ year, month, day, hour, minute })));
    for (const time of times) {
      const moment = fromCivil(time, timeZone);
      if (moment !== undefined && moment > after) return moment;
    }
  }
  return undefined;
}

/** Reads `1,5-10,0/15,MON-FRI,*`; undefined when it is not valid. */
function readSet(field: string, [least, greatest]: [number, number], names: string[] = []): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [, from, to, step] = part.match(/^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/) ?? [];
    if (from === undefined) return undefined;
    const first = from === '*' ? least : numberOf(from, names, least);
    const open = from === '*' || (step !== undefined && to === undefined);
    const last = to === undefined ? (open ? greatest : first) : numberOf(to, names, least);
    const by = Number(step ?? 1);
    if (!(first >= least && last <= greatest && first <= last && by > 0)) return undefined;
    for (let value = first; value <= last; value += by) values.add(value);
  }
  return values;
}

function numberOf(text: string, names: string[], least: number): number {
  const index = names.indexOf(text.toUpperCase());
  if (index !== -1) return index + least;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function sorted(values: Set<number>): number[] {
  return [...values].sort((a, b) => a - b);
}
