import type { JsonSchema } from './json-schema.ts';

/** A schema with the document that its references point into. */
export interface SchemaIn {
  schema: JsonSchema;
  document: object;
}

/**
 * Why not everything that `inner` allows is allowed by `outer`, one line for each reason; none if it is. What a request
 * may say must stay within what the new contract takes; what is answered must stay within what the old one promised.
 * @param where shown before each reason
 */
export function notWithin(inner: SchemaIn, outer: SchemaIn, where: string): string[] {
  const [narrow, wide] = [resolved(inner), resolved(outer)];
  if (JSON.stringify(narrow.schema) === JSON.stringify(wide.schema) && narrow.document === wide.document) return [];
  const alternatives = [alternativesOf(narrow), alternativesOf(wide)] as const;
  if (alternatives.some(({ length }) => length > 1)) return noneFits(alternatives[0], alternatives[1], where);
  const reasons = [...typeReasons(narrow.schema, wide.schema), ...limitReasons(narrow.schema, wide.schema)];
  return [...reasons.map((reason) => `${where}: ${reason}`), ...partReasons(narrow, wide, where)];
}

function resolved({ schema, document }: SchemaIn): SchemaIn {
  if (schema.allOf)
    return { schema: merged(schema.allOf.map((part) => resolved({ schema: part, document }).schema)), document };
  if (!schema.$ref) return { schema, document };
  const keys = schema.$ref.slice(2).split('/');
  const target = keys.reduce((node: unknown, key) => (node as Record<string, unknown>)[key], document);
  return resolved({ schema: target as JsonSchema, document });
}

/** What all of them say together, good enough for objects that add to one another. */
function merged(schemas: JsonSchema[]): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [name, part] of schemas.flatMap((schema) => Object.entries(schema.properties ?? {}))) {
    properties[name] = { ...properties[name], ...part };
  }
  return { ...Object.assign({}, ...schemas), properties, required: schemas.flatMap(({ required = [] }) => required) };
}

function alternativesOf({ schema, document }: SchemaIn): SchemaIn[] {
  return (schema.anyOf ?? schema.oneOf ?? [schema]).map((alternative) => ({ schema: alternative, document }));
}

function noneFits(inner: SchemaIn[], outer: SchemaIn[], where: string): string[] {
  return inner.flatMap((one, index) => {
    const fits = outer.some((other) => notWithin(one, other, where).length === 0);
    return fits ? [] : [`${where}: alternative ${index + 1} is none of the other contract`];
  });
}

function typeReasons(inner: JsonSchema, outer: JsonSchema): string[] {
  const [narrow, wide] = [typesOf(inner), typesOf(outer)];
  const extra = narrow.filter((type) => !wide.includes(type) && !(type === 'integer' && wide.includes('number')));
  const types = wide.length > 0 && (extra.length > 0 || narrow.length === 0);
  const values = valuesOf(inner);
  const allowed = valuesOf(outer);
  const extraValues = allowed && (values?.filter((value) => !allowed.includes(value)) ?? ['any value']);
  return [
    ...(types ? [`type ${narrow.join(' or ') || 'any'} against ${wide.join(' or ')}`] : []),
    ...(extraValues?.length ? [`${extraValues.join(', ')} against ${allowed?.join(', ')}`] : []),
  ];
}

function typesOf({ type, const: value }: JsonSchema): string[] {
  if (type === undefined && value !== undefined) return [value === null ? 'null' : typeof value];
  return [type ?? []].flat();
}

/** The only values there are, as JSON; `undefined` if they are not counted up. */
function valuesOf({ enum: values, const: value }: JsonSchema): string[] | undefined {
  return (value === undefined ? values : [value])?.map((one) => JSON.stringify(one));
}

const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const;
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'] as const;
const EQUAL = ['pattern', 'format'] as const;

function limitReasons(inner: JsonSchema, outer: JsonSchema): string[] {
  const looser = [
    ...LOWER.filter((key) => outer[key] !== undefined && (inner[key] ?? Number.NEGATIVE_INFINITY) < outer[key]),
    ...UPPER.filter((key) => outer[key] !== undefined && (inner[key] ?? Number.POSITIVE_INFINITY) > outer[key]),
    ...EQUAL.filter((key) => outer[key] !== undefined && inner[key] !== outer[key]),
  ];
  const counted = valuesOf(inner) !== undefined;
  return counted ? [] : looser.map((key) => `${key} ${inner[key] ?? 'none'} against ${outer[key]}`);
}

function partReasons(inner: SchemaIn, outer: SchemaIn, where: string): string[] {
  const [narrow, wide] = [inner.schema, outer.schema];
  const both = (a: JsonSchema, b: JsonSchema, place: string) =>
    notWithin({ schema: a, document: inner.document }, { schema: b, document: outer.document }, place);
  const missing = (wide.required ?? []).filter((name) => !narrow.required?.includes(name));
  const fields = Object.entries(narrow.properties ?? {}).flatMap(([name, part]) => {
    const other = wide.properties?.[name] ?? otherFields(wide);
    return other === undefined ? [`${where}.${name}: is not taken`] : both(part, other, `${where}.${name}`);
  });
  return [
    ...missing.map((name) => `${where}.${name}: is not always there`),
    ...fields,
    ...(wide.items ? both(narrow.items ?? {}, wide.items, `${where}[]`) : []),
  ];
}

/** What fields that are not named may be; `undefined` if there may be none. */
function otherFields({ properties, additionalProperties }: JsonSchema): JsonSchema | undefined {
  if (additionalProperties === false) return undefined;
  return typeof additionalProperties === 'object' && !properties ? additionalProperties : {};
}
