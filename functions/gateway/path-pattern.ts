/**
 * What a live route says of the paths that it serves: words (`/shop/items`), parameters that stand for one segment
 * (`/shop/items/{id}`), and at the end `*` or `{proxy+}` for all that follows (`/shop/*`).
 */
export type PathPattern = Segment[];

type Segment = { kind: 'word'; text: string } | { kind: 'parameter' | 'rest'; name: string };

/** What a path says in the places of a pattern, percent-encoded as it came. */
export type PathParameters = Record<string, string>;

/** `*` has no name of its own: a rewrite calls it this. */
const REST = 'proxy';
const RANK = { word: 0, parameter: 1, rest: 2 };
/** RFC 3986: pchar, without what patterns need for themselves. */
const WORD = /^(?:[\w.~!$&'()+,;=:@-]|%[0-9A-Fa-f]{2})+$/;
const NAMED = /^\{([A-Za-z_]\w{0,49})(\+?)\}$/;

/** Throws an Error that says what is wrong with a pattern that is none. */
export function parsePattern(text: string): PathPattern {
  if (!text.startsWith('/')) throw new Error('A pattern begins with /');
  if (text === '/') return [{ kind: 'word', text: '' }];
  const parts = partsOf(text);
  const pattern = parts.map((part, index) => parseSegment(part, index === parts.length - 1));
  const names = namesIn(pattern);
  if (new Set(names).size < names.length) throw new Error('Each parameter needs a name of its own');
  return pattern;
}

function parseSegment(part: string, isLast: boolean): Segment {
  const [, name = REST, plus] = part === '*' ? [part, REST, '+'] : (NAMED.exec(part) ?? []);
  const isNamed = part === '*' || NAMED.test(part);
  if (isNamed && plus && !isLast) throw new Error('* and {name+} stand for all that follows: only at the end');
  if (isNamed) return { kind: plus ? 'rest' : 'parameter', name };
  if (!WORD.test(part) || isUnsafe(part)) throw new Error(`"${part}" is no word, {parameter} or *`);
  return { kind: 'word', text: decoded(part) };
}

export function namesIn(pattern: PathPattern): string[] {
  return pattern.flatMap((segment) => (segment.kind === 'word' ? [] : [segment.name]));
}

/** `undefined` when the pattern does not serve the path. */
export function matchPath(pattern: PathPattern, path: string): PathParameters | undefined {
  const parts = partsOf(path);
  if (parts.some(isUnsafe)) return undefined;
  // The rest may be empty: `/shop/*` serves `/shop/` too, though not `/shop`.
  const isOpen = pattern.at(-1)?.kind === 'rest';
  if (isOpen ? parts.length < pattern.length : parts.length !== pattern.length) return undefined;
  const parameters: PathParameters = {};
  for (const [index, segment] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (segment.kind === 'word') {
      if (decoded(part) !== segment.text) return undefined;
      continue;
    }
    if (segment.kind === 'parameter' && part === '') return undefined;
    parameters[segment.name] = segment.kind === 'rest' ? parts.slice(index).join('/') : part;
  }
  return parameters;
}

/**
 * Orders patterns that serve the same path, the most specific first, as API Gateway does: those without a rest before
 * those with one, then, from the left, words before parameters before the rest.
 */
export function bySpecificity(a: PathPattern, b: PathPattern): number {
  const rests = Number(a.at(-1)?.kind === 'rest') - Number(b.at(-1)?.kind === 'rest');
  if (rests !== 0) return rests;
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = RANK[a[index]?.kind ?? 'rest'] - RANK[b[index]?.kind ?? 'rest'];
    if (difference !== 0) return difference;
  }
  return b.length - a.length;
}

/** Two patterns that serve the same paths are the same, whatever their parameters are called. */
export function shapeOf(pattern: PathPattern): string {
  return `/${pattern.map((segment) => (segment.kind === 'word' ? `=${segment.text}` : segment.kind)).join('/')}`;
}

/** Whether every path that `inner` serves is served by `outer` too. Neither has a rest at its end. */
export function covers(outer: PathPattern, inner: PathPattern): boolean {
  if ([...outer, ...inner].some(({ kind }) => kind === 'rest') || outer.length !== inner.length) return false;
  return outer.every((segment, index) => {
    const other = inner[index];
    if (segment.kind !== 'word') return true;
    return other?.kind === 'word' && other.text === segment.text;
  });
}

/** Puts what a path said into a template such as `/v2/items/{id}`. */
export function fillIn(template: string, parameters: PathParameters): string {
  return template.replaceAll(/\{(\w+)\+?\}|\*/g, (_, name: string = REST) => parameters[name] ?? '');
}

/** The names that a template for {@link fillIn} asks for. */
export function namesAskedFor(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\+?\}|\*/g)].map(([, name = REST]) => name);
}

function partsOf(path: string): string[] {
  return path.split('/').slice(1);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Whether a server behind us might read the segment as something else than we do: as a way up, or as several segments.
 * Encoded twice counts too. Such paths belong to no route.
 */
function isUnsafe(part: string): boolean {
  const plain = decoded(decoded(part));
  // `..;x` is a way up too for servers that take what follows `;` for a parameter, as those of Java do.
  return /^\.{1,2}(;|$)/.test(plain) || /[/\\\p{Cc}]/u.test(plain);
}
