import { invalidPattern } from './invalid-pattern.ts';

/**
 * Compiles a pattern in which `*` stands for any characters, none included. `\*` is an asterisk and `\\` a backslash;
 * two asterisks in a row are refused.
 */
export function compileWildcard(pattern: string): (text: string) => boolean {
  const literals = splitAtAsterisks(pattern);
  if (literals.length === 1) return (text) => text === literals[0];
  const first = literals[0] as string;
  const last = literals.at(-1) as string;
  const middle = literals.slice(1, -1);
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let position = first.length;
    for (const literal of middle) {
      const found = text.indexOf(literal, position);
      if (found === -1) return false;
      position = found + literal.length;
    }
    return position <= end;
  };
}

function splitAtAsterisks(pattern: string): string[] {
  const literals: string[] = [];
  let literal = '';
  for (let index = 0; index < pattern.length; index += 1) {
    if (pattern[index] === '*') {
      if (pattern[index + 1] === '*') throw invalidPattern(`Consecutive wildcard characters at pos ${index}`);
      literals.push(literal);
      literal = '';
      continue;
    }
    if (pattern[index] === '\\') index = escapedAt(pattern, index);
    literal += pattern[index];
  }
  return [...literals, literal];
}

function escapedAt(pattern: string, backslash: number): number {
  const next = pattern[backslash + 1];
  if (next === '*' || next === '\\') return backslash + 1;
  throw invalidPattern(`Invalid escape character at pos ${backslash}`);
}
