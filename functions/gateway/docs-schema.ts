import { type Html, html } from './html.ts';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  [limit: string]: unknown;
}

const LIMITS: Record<string, string> = {
  minimum: '≥',
  maximum: '≤',
  exclusiveMinimum: '>',
  exclusiveMaximum: '<',
  minLength: 'length ≥',
  maxLength: 'length ≤',
  minItems: 'items ≥',
  maxItems: 'items ≤',
};

/** The fields of an object as a list, lists in it for objects in it; of anything else its type. */
export function schemaList(schema: Schema): Html {
  const { properties, anyOf } = schema;
  if (anyOf?.some(({ properties }) => properties)) {
    return html`${anyOf.map((alternative, index) => html`${index > 0 && html`<p>or</p>`}${schemaList(alternative)}`)}`;
  }
  if (!properties) return html`<p>${typeOf(schema)}</p>`;
  return html`<ul class="fields">${Object.entries(properties).map(([name, part]) => {
    const isRequired = schema.required?.includes(name);
    const inner = innerObject(part);
    return html`<li><code>${name}</code>${!isRequired && html` <em>optional</em>`} ${typeOf(part)}${inner && schemaList(inner)}</li>`;
  })}</ul>`;
}

function innerObject({ properties, items, ...rest }: Schema): Schema | undefined {
  if (properties) return { properties, ...rest };
  return items?.properties && items;
}

/** Type and limits in one line: `integer, ≥ 1, ≤ 99`. */
export function typeOf(schema: Schema): Html {
  const { $ref, anyOf, items, format, pattern } = schema;
  if ($ref) return refOf($ref);
  if (anyOf) return html`${anyOf.map((alternative, index) => html`${index > 0 && ' or '}${typeOf(alternative)}`)}`;
  const limits = Object.entries(LIMITS).flatMap(([key, sign]) => (key in schema ? [`${sign} ${schema[key]}`] : []));
  const base = items ? html`list of ${typeOf(items)}` : nameOf(schema);
  const facts = [format, ...limits, 'default' in schema && `default ${JSON.stringify(schema.default)}`].filter(Boolean);
  return html`<span class="type">${base}${facts.map((fact) => `, ${fact}`)}${pattern && html`, <code>${pattern}</code>`}</span>`;
}

function nameOf({ type, enum: values, const: value, properties, additionalProperties }: Schema): Html {
  if (values)
    return html`${values.map((one, index) => html`${index > 0 && ' or '}<code>${JSON.stringify(one)}</code>`)}`;
  if (value !== undefined) return html`<code>${JSON.stringify(value)}</code>`;
  if (!properties && typeof additionalProperties === 'object') return html`object of ${typeOf(additionalProperties)}`;
  return html`${[type ?? 'anything'].flat().join(' or ')}`;
}

function refOf($ref: string): Html {
  const name = $ref.split('/').at(-1) ?? '';
  return html`<a class="type" href="#schema-${name}">${name}</a>`;
}
