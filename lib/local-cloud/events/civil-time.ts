/** A moment as a wall clock and a calendar show it. Months count from 1. */
export interface CivilTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second?: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws a RangeError for a time zone that is not in the IANA database. */
export function toCivil(ms: number, timeZone: string): CivilTime {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year, month, day, hour, minute, second } = parts as unknown as Required<CivilTime>;
  return { year, month, day, hour, minute, second };
}

/** The moment of a civil time, or undefined when the clocks skip it (daylight saving begins). */
export function fromCivil(civil: CivilTime, timeZone: string): number | undefined {
  const asUtc = utc(civil);
  if (timeZone === 'UTC') return asUtc;
  const guess = asUtc - offsetAt(asUtc, timeZone);
  const moment = asUtc - offsetAt(guess, timeZone);
  return utc(toCivil(moment, timeZone)) === asUtc ? moment : undefined;
}

function offsetAt(ms: number, timeZone: string): number {
  return utc(toCivil(ms, timeZone)) - Math.floor(ms / 1000) * 1000;
}

function utc({ year, month, day, hour, minute, second = 0 }: CivilTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const numeric = 'numeric';
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
}
