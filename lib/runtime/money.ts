import * as z from 'zod/mini';

/** Money as API v1 says it: a decimal with at most two places, such as 99.99. Turned into minor units. */
export const DecimalAmount = z.number().check(
  z.gt(0),
  z.lte(1_000_000),
  z.refine((decimal) => Number(decimal.toFixed(2)) === decimal, 'At most two decimal places'),
);

export const Currency = z.string().check(z.regex(/^[A-Z]{3}$/, 'A currency is three capital letters, such as USD'));

/** 99.99 becomes 9999. */
export function toMinorUnits(decimal: number): number {
  return Math.round(decimal * 100);
}

/** 9999 becomes 99.99. */
export function toDecimal(minorUnits: number): number {
  return minorUnits / 100;
}
