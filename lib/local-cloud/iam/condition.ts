import { expandVariables, type RequestKeys } from './request-keys.ts';
import { compileWildcard, matchesArn, plain } from './wildcard.ts';

/** Compares a value of the policy with a value of the request. */
type Comparison = (wanted: string, actual: string) => boolean;

const numeric =
  (compare: (wanted: number, actual: number) => boolean): Comparison =>
  (wanted, actual) =>
    compare(Number(wanted), Number(actual));

const same: Comparison = (wanted, actual) => plain(wanted) === actual;
const sameIgnoringCase: Comparison = (wanted, actual) => plain(wanted).toLowerCase() === actual.toLowerCase();
const like: Comparison = (wanted, actual) => compileWildcard(wanted)(actual);

const COMPARISONS: Record<string, Comparison> = {
  StringEquals: same,
  StringEqualsIgnoreCase: sameIgnoringCase,
  StringLike: like,
  // AWS lets ArnEquals use wildcards as well: the two are the same.
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: sameIgnoringCase,
  NumericEquals: numeric((wanted, actual) => actual === wanted),
  NumericLessThan: numeric((wanted, actual) => actual < wanted),
  NumericLessThanEquals: numeric((wanted, actual) => actual <= wanted),
  NumericGreaterThan: numeric((wanted, actual) => actual > wanted),
  NumericGreaterThanEquals: numeric((wanted, actual) => actual >= wanted),
};

const NEGATIONS: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

/** `unknown` when the operator is not modelled: an Allow must then not apply, and a Deny must. */
export type Outcome = 'met' | 'unmet' | 'unknown';

interface Operator {
  quantifier?: string;
  comparison: Comparison;
  negated: boolean;
  ifExists: boolean;
}

/** Compiles the Condition element of a statement. All operators and all their keys have to be met. */
export function compileCondition(
  condition: Record<string, Record<string, unknown>> = {},
): (keys: RequestKeys) => Outcome {
  const tests = Object.entries(condition).flatMap(([name, wantedByKey]) =>
    Object.entries(wantedByKey).map(([key, wanted]) => compileTest(name, key, [wanted].flat().map(String))),
  );
  return (keys) => {
    const outcomes = tests.map((test) => test(keys));
    if (outcomes.includes('unmet')) return 'unmet';
    return outcomes.includes('unknown') ? 'unknown' : 'met';
  };
}

function compileTest(operatorName: string, key: string, wanted: string[]): (keys: RequestKeys) => Outcome {
  const name = key.toLowerCase();
  if (operatorName === 'Null') {
    return (keys) => outcome(wanted.includes(String(!keys.has(name))));
  }
  const operator = parseOperator(operatorName);
  if (!operator) return () => 'unknown';
  return (keys) => outcome(isMet(operator, wanted, keys.get(name) ?? [], keys));
}

function parseOperator(text: string): Operator | undefined {
  const [, quantifier, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(text) ?? [];
  const comparison = COMPARISONS[NEGATIONS[name] ?? name];
  if (!comparison) return undefined;
  return { quantifier, comparison, negated: name in NEGATIONS, ifExists: ifExists !== undefined };
}

function isMet(operator: Operator, wanted: string[], actual: string[], keys: RequestKeys): boolean {
  if (actual.length === 0) {
    if (operator.quantifier) return operator.quantifier === 'ForAllValues';
    return operator.ifExists || operator.negated;
  }
  const patterns = wanted.map((value) => expandVariables(value, keys)).filter((value) => value !== undefined);
  const matches = (value: string) =>
    patterns.some((pattern) => operator.comparison(pattern, value)) !== operator.negated;
  const all = operator.quantifier === 'ForAllValues' || (operator.negated && !operator.quantifier);
  return all ? actual.every(matches) : actual.some(matches);
}

function outcome(met: boolean): Outcome {
  return met ? 'met' : 'unmet';
}
