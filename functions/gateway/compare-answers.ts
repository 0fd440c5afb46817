import type { ServiceAnswer } from './answer-to-client.ts';

/** What is told of two answers at most. */
const MOST_DIFFERENCES = 10;

/**
 * Where two answers differ: `status`, `content-type`, `body`, or paths in their JSON such as `items.0.price`. Never what
 * stands there: it goes to the log.
 * @param ignore names of fields that may differ, at any depth
 */
export function differencesOf(one: ServiceAnswer, other: ServiceAnswer, ignore: string[]): string[] {
  const differences = [
    ...(one.status === other.status ? [] : ['status']),
    ...(mediaTypeOf(one) === mediaTypeOf(other) ? [] : ['content-type']),
  ];
  const [a, b] = [jsonOf(one), jsonOf(other)];
  if (a === undefined || b === undefined) return one.body.equals(other.body) ? differences : [...differences, 'body'];
  return [...differences, ...differencesIn(a, b, { path: [], ignore })].slice(0, MOST_DIFFERENCES);
}

function differencesIn(a: unknown, b: unknown, at: { path: string[]; ignore: string[] }): string[] {
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) {
    return Object.is(a, b) ? [] : [at.path.join('.') || 'body'];
  }
  const names = new Set([...Object.keys(a), ...Object.keys(b)].filter((name) => !at.ignore.includes(name)));
  return [...names].flatMap((name) => differencesIn(a[name], b[name], { ...at, path: [...at.path, name] }));
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function mediaTypeOf({ headers }: ServiceAnswer): string {
  return String(headers['content-type'] ?? '')
    .split(';', 1)
    .join()
    .trim()
    .toLowerCase();
}

function jsonOf(answer: ServiceAnswer): unknown {
  if (!/\bjson$/.test(mediaTypeOf(answer))) return undefined;
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    return undefined;
  }
}
