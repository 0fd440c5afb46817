/** Says whether a schedule runs on a day. Months count from 1, Sunday is day 1 of the week. */
export type DayTest = (year: number, month: number, day: number) => boolean;

/** Reads one field of a cron expression without special characters. */
export type ReadSet = (field: string, names?: string[]) => Set<number> | undefined;

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const SATURDAY = 7;
const SUNDAY = 1;

/** Day of the month: a set, `L` (the last), `LW` (the last weekday) or `15W` (the weekday nearest to the 15th). */
export function compileDayOfMonth(field: string, readSet: ReadSet): DayTest | undefined {
  if (field === 'L') return (year, month, day) => day === lastDay(year, month);
  if (field === 'LW') return (year, month, day) => day === nearestWeekday(year, month, lastDay(year, month));
  const weekday = field.match(/^(\d{1,2})W$/)?.[1];
  if (weekday) return (year, month, day) => day === nearestWeekday(year, month, Number(weekday));
  const days = readSet(field);
  return days && ((_year, _month, day) => days.has(day));
}

/** Day of the week: a set, `L` (Saturday), `6L` (the last Friday) or `6#3` (the third Friday). */
export function compileDayOfWeek(field: string, readSet: ReadSet): DayTest | undefined {
  const [, last] = field.match(/^(\w+)L$/) ?? [];
  const [, nth, number] = field.match(/^(\w+)#([1-5])$/) ?? [];
  const days = readSet(field === 'L' ? String(SATURDAY) : (last ?? nth ?? field), DAYS);
  if (!days) return undefined;
  return (year, month, day) => {
    if (!days.has(dayOfWeek(year, month, day))) return false;
    if (last) return day + 7 > lastDay(year, month);
    return nth ? Math.ceil(day / 7) === Number(number) : true;
  };
}

export function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function dayOfWeek(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

// It never leaves the month: Saturday the 1st becomes Monday the 3rd.
function nearestWeekday(year: number, month: number, wanted: number): number {
  const last = lastDay(year, month);
  const day = Math.min(wanted, last);
  const weekday = dayOfWeek(year, month, day);
  if (weekday === SATURDAY) return day === 1 ? 3 : day - 1;
  if (weekday === SUNDAY) return day === last ? day - 2 : day + 1;
  return day;
}
