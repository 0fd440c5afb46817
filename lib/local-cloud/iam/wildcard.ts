/**
 * Patterns of IAM policies: `*` stands for any run of characters, `?` for one. A character that a policy variable
 * brought in is never a wildcard: it is kept as a stand-in from Unicode's private use area until it is compared.
 */
const STAND_INS: Record<string, string> = { '*': '\uE000', '?': '\uE001', $: '\uE002' };
const ORIGINALS = new Map(Object.entries(STAND_INS).map(([original, standIn]) => [standIn, original]));

/** Text whose wildcards mean themselves. */
export function literal(text: string): string {
  return text.replace(/[*?$]/g, (character) => STAND_INS[character] as string);
}

/** The text as the policy's author meant it, for comparisons that know no wildcards. */
export function plain(text: string): string {
  return text.replace(/[\uE000-\uE002]/g, (standIn) => ORIGINALS.get(standIn) as string);
}

/** A test for one pattern; `ignoreCase` for actions, which IAM compares without case. */
export function compileWildcard(pattern: string, ignoreCase = false): (text: string) => boolean {
  if (pattern === '*') return () => true;
  if (!/[*?]/.test(pattern)) return equality(plain(pattern), ignoreCase);
  const source = plain(
    pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')
      .replace(/[\uE000-\uE002]/g, '\\$&'),
  );
  const expression = new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
  return (text) => expression.test(text);
}

function equality(expected: string, ignoreCase: boolean): (text: string) => boolean {
  if (!ignoreCase) return (text) => text === expected;
  const lowerCase = expected.toLowerCase();
  return (text) => text.toLowerCase() === lowerCase;
}

/** ARNs are compared part by part, so that a `*` never reaches over a colon into the next of the six parts. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const wanted = arnParts(pattern);
  const actual = arnParts(arn);
  if (wanted.length !== 6 || actual.length !== 6) return false;
  return wanted.every((part, index) => compileWildcard(part)(actual[index] as string));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
