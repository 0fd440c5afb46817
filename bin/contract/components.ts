import { type JsonSchema, mapParts, partsOf } from './json-schema.ts';

interface Component {
  name: string;
  schema: JsonSchema;
}

/**
 * Gives each schema that is said more than once a name of its own, so that the document says it once. Two passes:
 * `add` all schemas with a name for each, then `lift`, then ask with `refTo` what to write instead of a schema.
 */
export class Components {
  /** By what the schema says, its title included. */
  readonly #known = new Map<string, Component>();
  readonly #names = new Set<string>();

  /** Names a schema. One that is known already keeps its first name; a name that is taken gets a number. */
  add(name: string, schema: JsonSchema): void {
    if (!isWorthAName(schema) || this.#known.has(keyOf(schema))) return;
    const wanted = schema.title ?? name;
    let free = wanted;
    for (let number = 2; this.#names.has(free); number++) free = `${wanted}${number}`;
    this.#names.add(free);
    this.#known.set(keyOf(schema), { name: free, schema });
  }

  /** Names what stands in more than one of the schemas added, or has a title. */
  lift(): void {
    const nested = new Map<string, Component & { times: number }>();
    const count = (owner: string, schema: JsonSchema) => {
      for (const [property, part] of partsOf(schema)) {
        const name = property ? owner + pascalCase(singular(property)) : owner;
        if (this.#known.has(keyOf(part))) continue;
        const seen = nested.get(keyOf(part)) ?? { name, schema: part, times: 0 };
        nested.set(keyOf(part), { ...seen, times: seen.times + 1 });
        count(name, part);
      }
    };
    for (const { name, schema } of [...this.#known.values()]) count(name, schema);
    for (const { name, schema, times } of nested.values()) {
      if (times > 1 || schema.title) this.add(name, schema);
    }
  }

  refTo(schema: JsonSchema): JsonSchema {
    const known = this.#known.get(keyOf(schema));
    return known ? { $ref: `#/components/schemas/${known.name}` } : mapParts(schema, (part) => this.refTo(part));
  }

  /** All named schemas by name. */
  get schemas(): Record<string, JsonSchema> {
    const components = [...this.#known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return Object.fromEntries(
      components.map(({ name, schema }) => [name, mapParts(schema, (part) => this.refTo(part))]),
    );
  }
}

function isWorthAName({ type, properties, title, anyOf }: JsonSchema): boolean {
  return Boolean(title || (type === 'object' && properties) || anyOf?.some(isWorthAName));
}

const keyOf = (schema: JsonSchema) => JSON.stringify(schema);

export function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|[^a-zA-Z0-9])+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function singular(word: string): string {
  return word.replace(/ies$/, 'y').replace(/([^s])s$/, '$1');
}
