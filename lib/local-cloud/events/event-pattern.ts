import { invalidPattern } from './invalid-pattern.ts';
import { OPERATORS, type Scalar, type ScalarTest } from './pattern-operators.ts';

export type EventMatcher = (event: unknown) => boolean;

/** Why an event does not match: a field of the pattern, what it wants there, and what the event has. */
export interface Mismatch {
  /** Such as `detail.metadata.version`. */
  field: string;
  wanted: unknown;
  /** `undefined`: the event has no such field. */
  found: unknown;
}

/** Tests the value of a field; `undefined` is a field that the event does not have. */
interface Test {
  matches(value: unknown): boolean;
  /** Nothing if and only if it matches. */
  mismatches(value: unknown, field: string): Mismatch[];
}

type JsonObject = Record<string, unknown>;

/** Names that make EventBridge read an object in `$or` as a match expression, not as an alternative. */
const RESERVED_IN_OR = [...Object.keys(OPERATORS), 'exists'];

/**
 * Compiles an event pattern into one function. Every field of the pattern must match (and), each by any of its values
 * (or). An array in an event matches by any element; below an array of objects all fields must match in one of them.
 */
export function compileEventPattern(pattern: string | object): EventMatcher {
  return compile(pattern).matches;
}

/** As {@link compileEventPattern}, but the function says what does not match: nothing where the event does. */
export function explainEventPattern(pattern: string | object): (event: unknown) => Mismatch[] {
  const test = compile(pattern);
  return (event) => test.mismatches(event, '');
}

function compile(pattern: string | object): Test {
  const parsed = typeof pattern === 'string' ? parse(pattern) : pattern;
  if (!isObject(parsed)) throw invalidPattern('Filter is not an object');
  return compileObject(parsed);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw Object.assign(invalidPattern((error as Error).message), { cause: error });
  }
}

function compileObject(pattern: JsonObject): Test {
  const tests = Object.entries(pattern).map(([name, value]) => compileMember(name, value));
  if (tests.length === 0) throw invalidPattern('Empty objects are not allowed');
  const matches = (object: JsonObject) => tests.every((test) => test.matches(object));
  const mismatches = (object: JsonObject, field: string) => tests.flatMap((test) => test.mismatches(object, field));
  return {
    matches: (value) => (isObject(value) ? matches(value) : objectsOf(value).some(matches)),
    mismatches: (value, field) =>
      isObject(value) ? mismatches(value, field) : closest(objectsOf(value).map((object) => mismatches(object, field))),
  };
}

/** Of several that might have matched, what is wrong with the one that is closest to it. */
function closest(candidates: Mismatch[][]): Mismatch[] {
  return candidates.reduce((best, each) => (each.length < best.length ? each : best));
}

// Whatever is no object has none of the fields, which is what `exists: false` asks for.
function objectsOf(value: unknown): JsonObject[] {
  const objects = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY).filter(isObject) : [];
  return objects.length > 0 ? objects : [{}];
}

function compileMember(name: string, value: unknown): Test {
  if (name === '$or' && isAlternatives(value)) {
    const alternatives = value.map(compileObject);
    return {
      matches: (object) => alternatives.some((test) => test.matches(object)),
      mismatches: (object, field) => closest(alternatives.map((test) => test.mismatches(object, field))),
    };
  }
  const test = compileField(name, value);
  const memberOf = (object: unknown) =>
    Object.hasOwn(object as JsonObject, name) ? (object as JsonObject)[name] : undefined;
  return {
    matches: (object) => test.matches(memberOf(object)),
    mismatches: (object, field) => test.mismatches(memberOf(object), field ? `${field}.${name}` : name),
  };
}

function isAlternatives(value: unknown): value is JsonObject[] {
  if (!Array.isArray(value) || value.length < 2) return false;
  return value.every((entry) => isObject(entry) && !Object.keys(entry).some((key) => RESERVED_IN_OR.includes(key)));
}

function compileField(name: string, value: unknown): Test {
  if (isObject(value)) return compileObject(value);
  if (!Array.isArray(value)) throw invalidPattern(`"${name}" must be an object or an array`);
  if (value.length === 0) throw invalidPattern('Empty arrays are not allowed');
  const tests = value.map(compileLeaf);
  const matches = (found: unknown) => {
    const scalars = scalarsOf(found);
    return tests.some((test) => test(scalars));
  };
  return {
    matches,
    mismatches: (found, field) => (matches(found) ? [] : [{ field, wanted: value, found }]),
  };
}

function compileLeaf(expected: unknown): (scalars: Scalar[]) => boolean {
  if (Array.isArray(expected)) throw invalidPattern('Match value must be String, number, true, false, or null');
  if (!isObject(expected)) return (scalars) => scalars.includes(expected as Scalar);
  const [name, ...more] = Object.keys(expected);
  if (name === undefined) throw invalidPattern('Match expression name not found');
  if (more.length > 0) throw invalidPattern('Only one key allowed in match expression');
  if (name === 'exists') return compileExists(expected.exists);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!operator) throw invalidPattern(`Unrecognized match type ${name}`);
  const test: ScalarTest = operator(expected[name]);
  return (scalars) => scalars.some(test);
}

function compileExists(wanted: unknown): (scalars: Scalar[]) => boolean {
  if (typeof wanted !== 'boolean') throw invalidPattern('exists match pattern must be either true or false.');
  return (scalars) => scalars.length > 0 === wanted;
}

// Only leaves count: an object where the pattern has a leaf is as good as nothing.
function scalarsOf(field: unknown): Scalar[] {
  if (field === undefined || isObject(field)) return [];
  if (!Array.isArray(field)) return [field as Scalar];
  return field.flat(Number.POSITIVE_INFINITY).filter((element) => !isObject(element)) as Scalar[];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
