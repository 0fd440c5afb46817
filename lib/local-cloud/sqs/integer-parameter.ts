import { invalidParameter } from './errors.ts';

/** Checks a number that the caller may leave out. */
export function integerParameter(name: string, value: number | undefined, range: [number, number]): number | undefined {
  if (value === undefined) return undefined;
  const [least, greatest] = range;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= greatest) return number;
  throw invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${greatest}, if provided.`,
  );
}
