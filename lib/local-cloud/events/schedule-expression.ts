import { AwsError } from '../core/aws-error.ts';
import { fromCivil } from './civil-time.ts';
import { compileCron, type NextRun } from './cron.ts';

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const RATE = /^rate\((\d+) (minute|hour|day)(s?)\)$/;
const CRON = /^cron\((.+)\)$/;
const AT = /^at\((\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\)$/;

export interface ScheduleOptions {
  /** Rates count from here. */
  since: number;
  timeZone?: string;
}

/** Compiles `rate(5 minutes)`, `cron(0 8 ? * MON-FRI *)` or `at(2026-12-24T18:00:00)`. */
export function compileSchedule(expression: string, { since, timeZone = 'UTC' }: ScheduleOptions): NextRun {
  const next = compileRate(expression, since) ?? cron(expression, timeZone) ?? compileAt(expression, timeZone);
  if (next) return next;
  throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
}

function compileRate(expression: string, since: number): NextRun | undefined {
  const [, amount, unit, plural] = expression.match(RATE) ?? [];
  if (!amount || !unit) return undefined;
  const count = Number(amount);
  // AWS insists on `1 minute` and `2 minutes`.
  if (count < 1 || (count === 1) !== (plural === '')) return undefined;
  const period = count * (UNIT_MS[unit] as number);
  return (after) => since + (Math.floor(Math.max(0, after - since) / period) + 1) * period;
}

function cron(expression: string, timeZone: string): NextRun | undefined {
  const [, fields] = expression.match(CRON) ?? [];
  return fields ? compileCron(fields, timeZone) : undefined;
}

function compileAt(expression: string, timeZone: string): NextRun | undefined {
  const match = expression.match(AT);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const moment = fromCivil({ year, month, day, hour, minute, second }, timeZone);
  return (after) => (moment !== undefined && moment > after ? moment : undefined);
}
