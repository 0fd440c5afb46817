import { createHash, randomUUID } from 'node:crypto';
import jsonata, { type Expression } from 'jsonata';
import type { Clock } from '../core/clock.ts';
import type { Json } from './json-data.ts';

const HASH_ALGORITHMS: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

// A larger range or number of chunks would not fit into the 256 KiB that a state may pass on.
const MAX_ELEMENTS = 100_000;

/**
 * Adds what Step Functions has beside the functions of JSONata: `$partition`, `$range`, `$hash`, `$random(seed)`,
 * `$uuid` and `$parse`; takes `$eval` away, as Step Functions does; and lets `$now` and `$millis` read the cloud's clock.
 */
export function addStepFunctions(expression: Expression, clock: Clock, random: () => number): void {
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a<n>>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('random', (seed?: number) => (seed === undefined ? random() : seeded(seed)), '<n?:n>');
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('parse', (text?: string): Json | undefined => text && JSON.parse(text), '<s:x>');
  expression.registerFunction('millis', () => clock.now(), '<:n>');
  expression.registerFunction('now', (picture?: string, zone?: string) => formatNow(clock, picture, zone), '<s?s?:s>');
  expression.assign('eval', undefined);
}

function partition(array: Json[] | undefined, size: number): Json[][] | undefined {
  if (array === undefined) return undefined;
  const chunk = Math.floor(size);
  if (chunk < 1) throw new RangeError('The chunk size of $partition must be at least 1.');
  const chunks: Json[][] = [];
  for (let start = 0; start < array.length; start += chunk) chunks.push(array.slice(start, start + chunk));
  return chunks;
}

function range(first: number, last: number, step: number): number[] {
  if (!step) throw new RangeError('The step of $range must not be 0.');
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > MAX_ELEMENTS) throw new RangeError(`$range would have ${count} elements.`);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function hash(text: string | undefined, algorithm: string): string | undefined {
  if (text === undefined) return undefined;
  const name = HASH_ALGORITHMS[algorithm];
  if (!name) throw new TypeError(`$hash does not know the algorithm ${algorithm}.`);
  return createHash(name).update(text).digest('hex');
}

/** The mulberry32 generator's first number: the same seed gives the same number, from 0 to below 1. */
function seeded(seed: number): number {
  let state = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
}

const FORMAT = jsonata('$fromMillis($at, $picture, $zone)');

function formatNow(clock: Clock, picture?: string, zone?: string): Promise<string> {
  return FORMAT.evaluate(undefined, { at: clock.now(), picture, zone });
}
