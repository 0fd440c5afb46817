import { createHmac, timingSafeEqual } from 'node:crypto';
import type * as z from 'zod/mini';
import { ValidationFailed } from '../errors.ts';
import { cursorKey } from './cursor-key.ts';

/** Half of an HMAC-SHA256: more than anybody can guess, and cursors stay short. */
const SIGNATURE_BYTES = 16;

/**
 * Where a list goes on, as a string that is opaque to the client and good for this list only. `null` where it ends.
 * @param list names the list with all that selects its entries, such as `products in books`
 */
export async function toCursor(list: string, position: object | undefined): Promise<string | null> {
  return position ? seal(await cursorKey(), list, position) : null;
}

/** Throws {@link ValidationFailed} for what is not, unchanged, one of our cursors for this list. */
export async function fromCursor<Schema extends z.ZodMiniType>(
  list: string,
  position: Schema,
  cursor: string | undefined,
): Promise<z.infer<Schema> | undefined> {
  if (cursor === undefined) return undefined;
  const { success, data } = position.safeParse(unseal(await cursorKey(), list, cursor));
  if (!success) throw badCursor();
  return data;
}

/** `<position>.<signature>`, both in base64url. */
export function seal(key: string, list: string, position: object): string {
  const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${payload}.${sign(key, list, payload)}`;
}

export function unseal(key: string, list: string, cursor: string): unknown {
  const [payload = '', ...rest] = cursor.split('.');
  if (!isSame(rest.join('.'), sign(key, list, payload))) throw badCursor();
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
}

function sign(key: string, list: string, payload: string): string {
  const mac = createHmac('sha256', key).update(`${list}\0${payload}`).digest();
  return mac.subarray(0, SIGNATURE_BYTES).toString('base64url');
}

function isSame(sent: string, expected: string): boolean {
  const [a, b] = [Buffer.from(sent), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function badCursor(): ValidationFailed {
  return new ValidationFailed([{ field: 'cursor', message: 'Use next_cursor of the page before, unchanged' }]);
}
