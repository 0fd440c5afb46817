/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON value with its text: on the way from state to state each is made once. */
export interface Data {
  value: Json;
  json: string;
}

/** The most that a state, a task or an execution may pass on, in bytes of UTF-8. */
export const MAX_DATA_BYTES = 262_144;

export function toData(value: Json): Data {
  return { value, json: JSON.stringify(value) };
}

export function isTooLarge(json: string): boolean {
  // No character takes more than 3 bytes of UTF-8 per UTF-16 unit, so that short texts need no counting.
  if (json.length * 3 <= MAX_DATA_BYTES) return false;
  return json.length > MAX_DATA_BYTES || Buffer.byteLength(json) > MAX_DATA_BYTES;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The name that Step Functions gives the type of a JSON value in its messages. */
export function jsonType(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The list of the values, without making their texts again. */
export function joinData(parts: Data[]): Data {
  return { value: parts.map((part) => part.value), json: `[${parts.map((part) => part.json).join(',')}]` };
}
