import { randomUUID } from 'node:crypto';
import type { JsonSchema } from '#bin/contract/json-schema.ts';
import { type Operation, resolved } from './operations.ts';

/** Where something stands in a body: `['items', 0, 'product_id']`. */
export type Place = (string | number)[];

type Values = Record<string, unknown>;

/** A body with every field that the contract knows, optional ones too. @param values of fields by their name */
export function fullBody({ body }: Operation, values: Values = {}): unknown {
  return body && valueFor(body, { ...ownValues(), ...values }, '');
}

/** What a schema does not say of a field: what makes it right, or does no harm. */
function ownValues(): Values {
  const name = `u${randomUUID()}`;
  return {
    username: name,
    email: `${name}@example.com`,
    password: randomUUID(),
    payment_method: 'card_ok',
    status: 'cancelled',
    name: 'x-name',
    currency: 'USD',
    price: 20,
    quantity: 1,
    path_pattern: `/attacked/${name}`,
    rewrite: '/',
    service_name: name,
    instance_id: name,
    version: '1.0.0',
    metadata: {},
  };
}

function valueFor(schema: JsonSchema, values: Values, name: string): unknown {
  if (schema.$ref) return valueFor(resolved<JsonSchema>({ $ref: schema.$ref }), values, name);
  if (name in values) return values[name];
  if (schema.anyOf?.[0]) return valueFor(schema.anyOf[0], values, name);
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([field, part]) => [field, valueFor(part, values, field)]),
      );
    case 'array':
      return [valueFor(schema.items ?? {}, values, '')];
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'text';
  }
}

/** Every object in a body that has named fields, with those names. */
export function objectsIn(body: unknown, place: Place = []): Place[] {
  if (typeof body !== 'object' || body === null) return [];
  const inside = Object.entries(body).flatMap(([key, value]) =>
    objectsIn(value, [...place, Array.isArray(body) ? Number(key) : key]),
  );
  return Array.isArray(body) || Object.keys(body).length === 0 ? inside : [place, ...inside];
}

/** Every string in a body. */
export function stringsIn(body: unknown, place: Place = []): Place[] {
  if (typeof body === 'string') return [place];
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    stringsIn(value, [...place, Array.isArray(body) ? Number(key) : key]),
  );
}

/** The body with another value at a place. Not by assignment: that would make no field out of `__proto__`. */
export function withValue(body: unknown, place: Place, value: unknown): unknown {
  if (place.length === 0) return value;
  const copy = structuredClone(body);
  const parent = place.slice(0, -1).reduce((node, key) => (node as Record<string | number, unknown>)[key], copy);
  const last = place.at(-1) as string | number;
  Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

/** What stands at a place of a body. */
export function valueAt(body: unknown, place: Place): unknown {
  return place.reduce((node, key) => (node as Record<string | number, unknown> | undefined)?.[key], body);
}
