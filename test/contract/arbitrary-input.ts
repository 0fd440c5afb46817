import fc, { type Arbitrary } from 'fast-check';
import type { JsonSchema } from '#bin/contract/json-schema.ts';
import { resolved } from './operations.ts';

/** What fields of these names may be, unless they are objects, beside what their schema says: ids of things that there are, say. */
export type Known = Record<string, Arbitrary<unknown>>;

/** Longer strings and lists than these are left to {@link spoiled}. */
const LONGEST_STRING = 60;
const LONGEST_LIST = 3;

/** Anything that the schema allows. What JSON Schema cannot say, such as a sum, may still be wrong. */
export function allowedBy(schema: JsonSchema, known: Known = {}): Arbitrary<unknown> {
  const { $ref, anyOf, enum: values, const: value, type } = schema;
  if ($ref) return allowedBy(resolved<JsonSchema>({ $ref }), known);
  if (anyOf) return fc.oneof(...anyOf.map((one) => allowedBy(one, known)));
  if (values) return fc.constantFrom(...values);
  if (value !== undefined) return fc.constant(value);
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => allowedBy({ ...schema, type: one }, known)));
  switch (type) {
    case 'object':
      return objects(schema, known);
    case 'array':
      return fc.array(allowedBy(schema.items ?? {}, known), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? LONGEST_LIST, Math.max(LONGEST_LIST, schema.minItems ?? 0)),
      });
    case 'string':
      return strings(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000_000 });
    case 'number':
      return cents(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

function objects(
  { properties = {}, required = [], minProperties = 0, additionalProperties }: JsonSchema,
  known: Known,
) {
  const fields: Record<string, Arbitrary<unknown>> = {};
  for (const [name, part] of Object.entries(properties)) {
    fields[name] = (part.type !== 'object' && known[name]) || allowedBy(part, known);
  }
  const named = fc.record(fields, { requiredKeys: required, noNullPrototype: true });
  if (typeof additionalProperties !== 'object') return named.filter((it) => Object.keys(it).length >= minProperties);
  return fc.dictionary(fc.string(), allowedBy(additionalProperties, known), { noNullPrototype: true });
}

function strings({ pattern, format, minLength = 0, maxLength = LONGEST_STRING }: JsonSchema): Arbitrary<string> {
  if (format === 'email') return fc.uuid().map((id) => `${id}@example.com`);
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (pattern) return fc.stringMatching(new RegExp(pattern.replaceAll('\\p{L}', 'a-zé').replaceAll('\\p{N}', '0-9')));
  return texts(minLength, Math.min(maxLength, Math.max(LONGEST_STRING, minLength)));
}

/** By their lengths: fast-check prepares one for some milliseconds, and hundreds of fields share a few. */
const textsOfLength = new Map<string, Arbitrary<string>>();

function texts(minLength: number, maxLength: number): Arbitrary<string> {
  const lengths = `${minLength} to ${maxLength}`;
  const known = textsOfLength.get(lengths) ?? fc.string({ unit: 'grapheme', minLength, maxLength });
  textsOfLength.set(lengths, known);
  return known;
}

/** Numbers with two decimals, as money is. */
function cents({ minimum = 0, exclusiveMinimum = minimum - 0.01, maximum = 1_000 }: JsonSchema): Arbitrary<number> {
  const min = Math.round(Math.max(minimum, exclusiveMinimum + 0.01) * 100);
  return fc.integer({ min, max: Math.round(maximum * 100) }).map((amount) => amount / 100);
}

/** The value with something wrong at one place of it. */
export function spoiled(value: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc
    .tuple(value, fc.nat(), ODD_VALUES, ODD_NAMES, fc.constantFrom('replace', 'remove', 'add'))
    .map(([whole, at, odd, name, how]) => {
      const copy = structuredClone(whole);
      const places = placesIn(copy);
      const place = places[at % Math.max(1, places.length)];
      if (!place) return odd;
      if (how === 'remove') delete place.parent[place.key];
      else define(place.parent, how === 'add' ? name : place.key, odd);
      return copy;
    });
}

interface Place {
  parent: Record<string, unknown>;
  key: string;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
}

/** Not an assignment: that would not make a field out of `__proto__`. */
function define(parent: object, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

const ODD_NAMES = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  '',
  'ключ',
  'user_id',
  'role',
  '$ref',
  'a.b',
  '\u0000',
);

export const ODD_STRINGS = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\u202e',
    '💩'.repeat(64),
    'İ',
    'null',
    '-1',
    '1e999',
    '../..',
    '%s',
    '#',
  ),
  fc.constantFrom(300, 3_000, 30_000).map((length) => 'x'.repeat(length)),
  fc.string({ unit: 'binary' }),
);

const ODD_NUMBERS = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.001, 1.5, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const DEEP = fc.constantFrom(50, 2_000).map((depth) => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value };
  return value;
});

const ODD_VALUES = fc.oneof(
  ODD_STRINGS,
  ODD_NUMBERS,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { length: -1 }),
  fc.constant(Array.from({ length: 1_000 }, () => 0)),
  fc.jsonValue(),
  DEEP,
);

/** Bodies that are no JSON, or not what it seems. */
export const BROKEN_JSON = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '{"a":}',
    '[1,]',
    'nul',
    '\ufeff{}',
    '{"a":1}{"b":2}',
    "{'a':1}",
    '{"a":1e999}',
    '"\\ud800"',
    '{"__proto__":1}',
  ),
  fc.constantFrom('null', '[]', '""', '0', 'true', '{}', '[[[]]]'),
  fc.json().map((text) => text.slice(0, -1)),
  fc.string({ unit: 'binary' }),
);
