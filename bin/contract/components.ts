import { type JsonSchema, mapParts, partsOf } from './json-schema.ts';

interface Component {
  name: string;
  /** The service that says it; empty for what has a title, which all services share. */
  service: string;
  schema: JsonSchema;
}

/**
 * Gives each schema that a service says more than once a name of its own, so that the document says it once. `add` all
 * schemas with a name for each, then `lift`, then ask with `refTo` what to write instead of a schema.
 */
export class Components {
  /** By service and by what the schema says. */
  readonly #known = new Map<string, Component>();
  readonly #names = new Set<string>();

  /** Names a schema. One that is known already keeps its first name; a name that is taken gets a number. */
  add({ name, service, schema }: Component): void {
    if (!isWorthAName(schema) || this.#find(service, schema)) return;
    const wanted = schema.title ?? name;
    let free = wanted;
    for (let number = 2; this.#names.has(free); number++) free = `${wanted}${number}`;
    this.#names.add(free);
    const owner = schema.title ? '' : service;
    this.#known.set(keyOf(owner, schema), { name: free, service: owner, schema });
  }

  /** Names what stands in more than one of the schemas added, or has a title. */
  lift(): void {
    const nested = new Map<string, Component & { times: number }>();
    const count = ({ name, service, schema }: Component) => {
      for (const [property, part] of partsOf(schema)) {
        if (this.#find(service, part)) continue;
        const inner = { name: property ? name + pascalCase(singular(property)) : name, service, schema: part };
        const seen = nested.get(keyOf(service, part)) ?? { ...inner, times: 0 };
        nested.set(keyOf(service, part), { ...seen, times: seen.times + 1 });
        count(inner);
      }
    };
    for (const component of [...this.#known.values()]) count(component);
    for (const { times, ...component } of nested.values()) {
      if (times > 1 || component.schema.title) this.add(component);
    }
  }

  /** The schema as the service is to say it. */
  refTo(service: string, schema: JsonSchema): JsonSchema {
    const known = this.#find(service, schema);
    return known ? { $ref: `#/components/schemas/${known.name}` } : this.#withRefs(service, schema);
  }

  /** All named schemas by name. */
  get schemas(): Record<string, JsonSchema> {
    const components = [...this.#known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return Object.fromEntries(components.map(({ name, service, schema }) => [name, this.#withRefs(service, schema)]));
  }

  #withRefs(service: string, schema: JsonSchema): JsonSchema {
    return mapParts(schema, (part) => this.refTo(service, part));
  }

  #find(service: string, schema: JsonSchema): Component | undefined {
    return this.#known.get(keyOf('', schema)) ?? this.#known.get(keyOf(service, schema));
  }
}

function isWorthAName({ type, properties, title, anyOf }: JsonSchema): boolean {
  return Boolean(title || (type === 'object' && properties) || anyOf?.some(isWorthAName));
}

const keyOf = (service: string, schema: JsonSchema) => `${service} ${JSON.stringify(schema)}`;

export function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|[^a-zA-Z0-9])+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function singular(word: string): string {
  return word.replace(/ies$/, 'y').replace(/([^s])s$/, '$1');
}
