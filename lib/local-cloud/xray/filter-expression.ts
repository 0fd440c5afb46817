import { AwsError } from '../core/aws-error.ts';
import type { Trace } from './summary.ts';

type Test = (trace: Trace) => boolean;

const TERM =
  /^(?:(?<flag>fault|error|throttle)|(?<seconds>duration|responsetime)\s*(?<compare>[<>]=?)\s*(?<limit>[\d.]+)|annotation(?:\.(?<dotted>\w+)|\[(?<bracketed>\w+)\])\s*=\s*(?:"(?<text>[^"]*)"|(?<plain>true|false|[\d.]+))|http\.status\s*=\s*(?<status>\d{3})|service\(\s*"(?<service>[^"]+)"\s*\))$/i;

export interface Filter {
  test: Test;
  /** One of these texts is in whatever matches; absent where that cannot be told. */
  texts?: string[];
}

/** Those of X-Ray's filter expressions that look for annotations, services, HTTP statuses, times and failures. */
export function compileFilter(expression = ''): Filter {
  if (expression.trim() === '') return { test: () => true };
  // AND binds closer than OR; there are no brackets here.
  const choices = expression.split(/\s+OR\s+/i).map((choice) => {
    const tests = choice.split(/\s+AND\s+/i).map((term) => compileTerm(term.trim(), expression));
    return { test: (trace: Trace) => tests.every((test) => test(trace)), text: /"([^"\\]+)"/.exec(choice)?.[1] };
  });
  const texts = choices.flatMap(({ text }) => text ?? []);
  const test = (trace: Trace) => choices.some((choice) => choice.test(trace));
  return { test, ...(texts.length === choices.length && { texts }) };
}

function compileTerm(term: string, expression: string): Test {
  const found = TERM.exec(term)?.groups;
  if (!found) {
    throw new AwsError('InvalidRequestException', `The embedded cloud does not model "${term}" in ${expression}.`);
  }
  const { flag, seconds, compare = '', limit, dotted, bracketed, text, plain, status, service } = found;
  if (flag) return ({ segments }) => segments.some((segment) => segment[flag as 'fault' | 'error' | 'throttle']);
  if (seconds) return ({ startedAt, endedAt }) => isSo(endedAt - startedAt, compare, Number(limit));
  if (status) return ({ parts }) => parts.some(({ http }) => http?.response?.status === Number(status));
  if (service) return ({ segments }) => segments.some(({ name }) => name === service);
  const key = dotted ?? bracketed ?? '';
  return ({ parts }) => parts.some(({ annotations }) => String(annotations?.[key]) === (text ?? plain));
}

function isSo(value: number, compare: string, limit: number): boolean {
  if (compare.startsWith('<')) return value < limit || (compare === '<=' && value === limit);
  return value > limit || (compare === '>=' && value === limit);
}
