/** API inputs carry times as seconds since the epoch, as dates or as ISO 8601 text; here they are milliseconds. */
export function toMs(time: unknown): number | undefined {
  if (time === undefined || time === null) return undefined;
  if (typeof time === 'number') return time * 1000;
  return new Date(time as string | Date).getTime();
}

export const MINUTE_MS = 60_000;

/** The start of the period of that length that a time falls into. */
export function periodStart(ms: number, periodMs: number): number {
  return Math.floor(ms / periodMs) * periodMs;
}
