import { AwsError } from '../core/aws-error.ts';
import { parseJsonFilter } from './json-filter.ts';

/** Whether a log event's message matches. */
export type LogFilter = (message: string) => boolean;

interface Term {
  text: string;
  /** `?term`: one of these is enough. `-term`: must not be there. */
  sign: '' | '?' | '-';
}

/**
 * Compiles a filter pattern of CloudWatch Logs: terms and quoted phrases, or a JSON condition in braces. Patterns for
 * space-delimited events (`[a, b]`) and regular expressions (`%...%`) are refused.
 */
export function compileFilter(pattern: string): LogFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return parseJsonFilter(text);
  if (text.startsWith('[')) throw invalidPattern('space-delimited patterns are not modelled locally');
  return termFilter(parseTerms(text));
}

export function invalidPattern(detail: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern: ${detail}`);
}

function parseTerms(text: string): Term[] {
  const terms: Term[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^([?-]?)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))\s*/.exec(rest);
    if (!match) throw invalidPattern(text);
    const [whole, sign, phrase, word = ''] = match;
    if (phrase === undefined && /^%.*%$/.test(word))
      throw invalidPattern('regular expressions are not modelled locally');
    terms.push({ sign: sign as Term['sign'], text: phrase?.replace(/\\(.)/g, '$1') ?? word });
    rest = rest.slice(whole.length);
  }
  return terms;
}

/** All plain terms, none of the excluded ones, and one of the optional ones where there are no plain terms. */
function termFilter(terms: Term[]): LogFilter {
  const withSign = (sign: Term['sign']) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const required = withSign('');
  const excluded = withSign('-');
  const optional = withSign('?');
  return (message) => {
    if (excluded.some((text) => message.includes(text))) return false;
    if (!required.every((text) => message.includes(text))) return false;
    return required.length > 0 || optional.length === 0 || optional.some((text) => message.includes(text));
  };
}
