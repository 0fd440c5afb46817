type Step = string | number | typeof EVERY;

const EVERY = Symbol('*');
const STEP = /\.([\w/-]+|\*)|\[(\d+|\*)\]|\['([^']+)'\]/y;

/** The path of a value in an event, or undefined when EventBridge would not understand it. */
export type JsonPath = (event: unknown) => unknown;

/** Compiles `$.detail.items[0].sku`: names with dashes and slashes, indices and `*`, which makes the result a list. */
export function compileJsonPath(path: string): JsonPath | undefined {
  const steps = parse(path);
  if (!steps) return undefined;
  const isList = steps.includes(EVERY);
  return (event) => {
    const values = steps.reduce<unknown[]>((found, step) => found.flatMap((value) => take(value, step)), [event]);
    return isList ? values : values[0];
  };
}

function parse(path: string): Step[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (!match) return undefined;
    const [, name, index, quoted] = match;
    if (name === '*' || index === '*') steps.push(EVERY);
    else steps.push(index === undefined ? ((name ?? quoted) as string) : Number(index));
  }
  return steps;
}

function take(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === EVERY) return Object.values(value);
  return Object.hasOwn(value, step) ? [(value as Record<string | number, unknown>)[step]] : [];
}
