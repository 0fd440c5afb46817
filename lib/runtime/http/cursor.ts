import type * as z from 'zod/mini';
import { ValidationFailed } from '../errors.ts';

/** Where a list goes on, as an opaque string for the client. */
export function toCursor(position: object | undefined): string | null {
  return position ? Buffer.from(JSON.stringify(position)).toString('base64url') : null;
}

/** Throws {@link ValidationFailed} for a string that is not one of our cursors. */
export function fromCursor<Schema extends z.ZodMiniType>(schema: Schema, cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))) as z.infer<Schema>;
  } catch (cause) {
    const message = 'Use next_cursor of the page before, unchanged';
    throw new ValidationFailed([{ field: 'cursor', message }], { cause });
  }
}
