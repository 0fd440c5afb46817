const STEP = /\.([\w-]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/g;

/** The value at `$.a.b[0].c`; undefined when there is none. */
export function selectJson(document: unknown, selector: string): unknown {
  let value = document;
  for (const [, name, quoted, doubleQuoted, index] of selector.matchAll(STEP)) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (index !== undefined && !Array.isArray(value)) return undefined;
    const key = name ?? quoted ?? doubleQuoted ?? index ?? '';
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}
