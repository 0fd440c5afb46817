import { invalidPattern } from './invalid-pattern.ts';

// EventBridge compares numbers within these bounds only.
const GREATEST = 5.0e9;

type Test = (value: number) => boolean;

const OPERATORS: Record<string, (bound: number) => Test> = {
  '=': (bound) => (value) => value === bound,
  '<': (bound) => (value) => value < bound,
  '<=': (bound) => (value) => value <= bound,
  '>': (bound) => (value) => value > bound,
  '>=': (bound) => (value) => value >= bound,
};

/** Compiles `[">", 0, "<=", 5]`: one comparison, or a lower and then an upper bound. */
export function compileNumericRange(expression: unknown): Test {
  if (!Array.isArray(expression)) throw invalidPattern('Value of numeric must be an array.');
  const [operator, bound, upperOperator, upperBound, ...more] = expression;
  const lower = comparison(operator, bound, 'Unrecognized numeric range operator: ');
  if (expression.length <= 2) return lower;
  if (operator !== '>' && operator !== '>=') throw invalidPattern('Too many elements in numeric expression');
  if (upperOperator !== '<' && upperOperator !== '<=') {
    throw invalidPattern(`Bad numeric range operator: ${upperOperator}`);
  }
  const upper = comparison(upperOperator, upperBound, 'Bad numeric range operator: ');
  if (more.length > 0) throw invalidPattern('Too many terms in numeric range expression');
  if (bound >= upperBound) throw invalidPattern('Bottom must be less than top');
  return (value) => lower(value) && upper(value);
}

function comparison(operator: unknown, bound: unknown, complaint: string): Test {
  if (typeof operator !== 'string') throw invalidPattern(`Invalid member in numeric match: ${operator}`);
  const compare = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!compare) throw invalidPattern(`${complaint}${operator}`);
  if (typeof bound !== 'number') {
    throw invalidPattern(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  }
  if (Math.abs(bound) > GREATEST) throw invalidPattern(`Value must be between -5.0E9 and 5.0E9, inclusive`);
  return compare(bound);
}
