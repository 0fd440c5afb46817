import * as z from 'zod/mini';

/** The parts of JSON Schema 2020-12 that our contracts are written in. */
export interface JsonSchema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  minProperties?: number;
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

/**
 * The JSON Schema of what a zod schema takes (`input`) or of what it describes as given out (`output`). What we give
 * out may get more fields at any time: an `output` is open, though our own tests allow no field that is not named.
 */
export function toJsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      dropWhatSaysNothing(jsonSchema as JsonSchema);
      if (io === 'output') open(jsonSchema as JsonSchema);
    },
  });
  return json as JsonSchema;
}

/** zod spells out the limits of integers in JavaScript, and a pattern for each format. */
function dropWhatSaysNothing(schema: JsonSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format) delete schema.pattern;
  if (schema.propertyNames?.type === 'string' && Object.keys(schema.propertyNames).length === 1) {
    delete schema.propertyNames;
  }
}

function open(schema: JsonSchema): void {
  const { additionalProperties } = schema;
  const saysNothing = typeof additionalProperties === 'object' && Object.keys(additionalProperties).length === 0;
  if (additionalProperties === false || saysNothing) delete schema.additionalProperties;
}

/** The schemas directly inside a schema, with the name of the property that leads there. */
export function partsOf(schema: JsonSchema): [name: string, part: JsonSchema][] {
  const { properties = {}, items, additionalProperties, anyOf = [], oneOf = [], allOf = [] } = schema;
  const alternatives = [...anyOf, ...oneOf, ...allOf].map((part): [string, JsonSchema] => ['', part]);
  const record: [string, JsonSchema][] = typeof additionalProperties === 'object' ? [['', additionalProperties]] : [];
  return [
    ...Object.entries(properties),
    ...(items ? [['', items] as [string, JsonSchema]] : []),
    ...record,
    ...alternatives,
  ];
}

/** The schema with each of its parts replaced. */
export function mapParts(schema: JsonSchema, replace: (part: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, items, additionalProperties } = schema;
  const lists = (['anyOf', 'oneOf', 'allOf'] as const).map((key) => [key, schema[key]?.map(replace)] as const);
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, replace(part)])),
    }),
    ...(items && { items: replace(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: replace(additionalProperties) }),
    ...Object.fromEntries(lists.filter(([, parts]) => parts)),
  };
}
