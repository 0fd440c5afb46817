import { randomUUID } from 'node:crypto';
import { isObject, type Json } from './json-data.ts';

/** What the SDK of an optimized integration adds to the answer of a service, as far as it says anything here. */
export function sdkMetadata(): Record<string, Json> {
  return { SdkHttpMetadata: { HttpStatusCode: 200 }, SdkResponseMetadata: { RequestId: randomUUID() } };
}

/** A field that the API takes as text and Step Functions also as JSON. */
export function asText(value: Json | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

/** `{ StateMachineArn }` as the state machine says it to `{ stateMachineArn }` as the API takes it. */
export function withLowerCamelKeys(value: Json): Json {
  return renameKeys(value, (key) => key.charAt(0).toLowerCase() + key.slice(1)) as Json;
}

/** The answer of an API as JSON with the names of the SDK: `{ executionArn }` becomes `{ ExecutionArn }`. */
export function withPascalKeys(value: unknown): Json {
  return renameKeys(toJson(value), (key) => key.charAt(0).toUpperCase() + key.slice(1)) as Json;
}

/** The answer of an API as JSON: bytes become text, dates ISO 8601, and what is undefined is left out. */
export function toJson(value: unknown): Json {
  if (value === undefined) return {};
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(toJson);
  if (!isObject(value)) return value as Json;
  const entries = Object.entries(value).filter(([, nested]) => nested !== undefined);
  return Object.fromEntries(entries.map(([key, nested]) => [key, toJson(nested)]));
}

function renameKeys(value: Json, rename: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((element) => renameKeys(element, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, nested]) => [rename(key), renameKeys(nested, rename)]));
}
