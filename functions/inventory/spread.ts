import { createHash } from 'node:crypto';

/** A number from 0 up to `parts`, always the same for an id; ids are spread evenly. */
export function spread(id: string, parts: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE() % parts;
}
