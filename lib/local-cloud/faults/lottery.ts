import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws numbers from 0 to 1. */
export type Draw = () => number;

/**
 * Numbers that the seed and the name alone decide: the same pair draws the same numbers in each run, whatever others
 * draw in between.
 */
export function drawsOf(seed: number, name: string): Draw {
  const hash = createHash('sha256').update(`${seed}|${name}`).digest();
  const generator = xoroshiro128plus(hash.readInt32BE(0));
  return () => uniformFloat64(generator);
}

/**
 * One line of numbers for each name. Calls of many functions meet in an order that no seed decides; but the n-th call
 * of one kind by one function always draws the same lot.
 */
export class Lottery {
  readonly #seed: number;
  readonly #lines = new Map<string, Draw>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  draw(name: string): number {
    let line = this.#lines.get(name);
    if (!line) {
      line = drawsOf(this.#seed, name);
      this.#lines.set(name, line);
    }
    return line();
  }
}
