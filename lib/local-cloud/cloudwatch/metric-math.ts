import { type Expression, parseExpression } from './metric-math-parser.ts';
import type { Series } from './metric-store.ts';

/** A scalar, a time series, or several. */
export type MathValue = number | Series | Series[];

export interface MathScope {
  /** Results of other queries by id. */
  values: Map<string, MathValue>;
  /** Metrics by id, without expressions: what METRICS() gives. */
  metrics: Map<string, Series>;
  /** The starts of all periods of the window, for FILL. */
  timestamps: number[];
  periodSeconds: number;
}

/** An expression that cannot be computed here; the message says which part. */
export class MetricMathError extends Error {
  override readonly name = 'MetricMathError';
}

/** Computes a metric math expression such as `100 * errors / FILL(requests, 0)`. */
export function evaluateMath(expression: string, scope: MathScope): MathValue {
  return evaluate(parseExpression(expression), scope);
}

function evaluate(expression: Expression, scope: MathScope): MathValue {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name':
      return lookUp(expression.name, scope);
    case 'text':
      throw new MetricMathError(`Text is an argument of METRICS only: "${expression.value}"`);
    case 'list':
      return expression.items.flatMap((item) => seriesOf(evaluate(item, scope)));
    case 'negate':
      return map(evaluate(expression.operand, scope), (value) => -value);
    case 'binary':
      return combine(
        evaluate(expression.left, scope),
        evaluate(expression.right, scope),
        OPERATORS[expression.operator] as Operator,
      );
    case 'call':
      return callFunction(expression, scope);
  }
}

function lookUp(name: string, { values }: MathScope): MathValue {
  const value = values.get(name);
  if (value === undefined) throw new MetricMathError(`There is no metric or expression with the id ${name}`);
  return value;
}

type Operator = (a: number, b: number) => number;

/** What divides by zero is no number, and so no data point. */
const OPERATORS: Record<string, Operator> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? Number.NaN : a / b),
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
};

/** Where only one of two series has a value, the other's counts as 0. */
function combine(left: MathValue, right: MathValue, operator: Operator): MathValue {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.map((series, i) => combine(series, right[i] ?? new Map(), operator) as Series);
  }
  if (Array.isArray(left)) return left.map((series) => combine(series, right, operator) as Series);
  if (Array.isArray(right)) return right.map((series) => combine(left, series, operator) as Series);
  if (typeof left === 'number' && typeof right === 'number') return operator(left, right);
  if (typeof left === 'number') return map(right, (value) => operator(left, value));
  if (typeof right === 'number') return map(left, (value) => operator(value, right));
  const timestamps = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b);
  return toSeries(timestamps, (at) => operator(left.get(at) ?? 0, (right as Series).get(at) ?? 0));
}

function map(value: MathValue, change: (value: number) => number): MathValue {
  if (typeof value === 'number') return change(value);
  if (Array.isArray(value)) return value.map((series) => map(series, change) as Series);
  return toSeries([...value.keys()], (at) => change(value.get(at) ?? 0));
}

function toSeries(timestamps: number[], valueAt: (at: number) => number | undefined): Series {
  const entries = timestamps.map((at) => [at, valueAt(at)] as const).filter(([, value]) => Number.isFinite(value));
  return new Map(entries as [number, number][]);
}

function seriesOf(value: MathValue): Series[] {
  if (typeof value === 'number') throw new MetricMathError('A list is made of time series, not of numbers');
  return Array.isArray(value) ? value : [value];
}

type Call = Extract<Expression, { kind: 'call' }>;

const PER_VALUE: Record<string, (value: number) => number> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  LOG: Math.log,
  LOG10: Math.log10,
};

const AGGREGATES: Record<string, (values: number[]) => number> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

function callFunction(call: Call, scope: MathScope): MathValue {
  const { name, args } = call;
  const argument = (index: number): MathValue => {
    const expression = args[index];
    if (!expression) throw new MetricMathError(`${name} needs at least ${index + 1} arguments`);
    return evaluate(expression, scope);
  };
  if (PER_VALUE[name]) return map(argument(0), PER_VALUE[name]);
  if (AGGREGATES[name]) return aggregate(argument(0), AGGREGATES[name]);
  switch (name) {
    case 'METRICS':
      return metrics(args[0], scope);
    case 'PERIOD':
      return scope.periodSeconds;
    case 'FILL':
      return fill(argument(0), args[1], scope);
    case 'IF':
      return choose(argument(0), argument(1), args[2] && argument(2));
    case 'RATE':
      return rate(argument(0));
    default:
      throw new MetricMathError(`The function ${name} is not modelled locally`);
  }
}

function metrics(filter: Expression | undefined, scope: MathScope): Series[] {
  const text = filter?.kind === 'text' ? filter.value : '';
  return [...scope.metrics].filter(([id]) => id.includes(text)).map(([, series]) => series);
}

/** Over one series a number, over several one series. */
function aggregate(value: MathValue, reduce: (values: number[]) => number): MathValue {
  if (typeof value === 'number') return value;
  if (!Array.isArray(value)) return value.size === 0 ? Number.NaN : reduce([...value.values()]);
  const timestamps = [...new Set(value.flatMap((series) => [...series.keys()]))].sort((a, b) => a - b);
  return toSeries(timestamps, (at) => reduce(value.map((series) => series.get(at) ?? 0)));
}

function fill(value: MathValue, filler: Expression | undefined, scope: MathScope): MathValue {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map((series) => fill(series, filler, scope) as Series);
  if (filler?.kind === 'name' && filler.name === 'REPEAT') return repeat(value, scope.timestamps);
  if (filler?.kind === 'name' && filler.name === 'LINEAR') return interpolate(value, scope.timestamps);
  if (!filler) throw new MetricMathError('FILL needs a value to fill with');
  const other = evaluate(filler, scope);
  if (Array.isArray(other)) throw new MetricMathError('FILL fills with a number or one time series');
  return toSeries(scope.timestamps, (at) => value.get(at) ?? (typeof other === 'number' ? other : other.get(at)));
}

function repeat(series: Series, timestamps: number[]): Series {
  let last: number | undefined;
  return toSeries(timestamps, (at) => {
    last = series.get(at) ?? last;
    return last;
  });
}

function interpolate(series: Series, timestamps: number[]): Series {
  const known = [...series.keys()];
  return toSeries(timestamps, (at) => {
    const before = known.findLast((time) => time <= at);
    const after = known.find((time) => time >= at);
    if (before === undefined || after === undefined) return undefined;
    const from = series.get(before) ?? 0;
    const share = before === after ? 0 : (at - before) / (after - before);
    return from + ((series.get(after) ?? 0) - from) * share;
  });
}

function choose(condition: MathValue, then: MathValue, otherwise: MathValue | undefined): MathValue {
  if (typeof condition === 'number') return condition !== 0 ? then : (otherwise ?? new Map());
  if (Array.isArray(condition)) throw new MetricMathError('The condition of IF is a number or one time series');
  return toSeries([...condition.keys()], (at) => valueAt(condition.get(at) !== 0 ? then : otherwise, at));
}

function valueAt(value: MathValue | undefined, at: number): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  if (Array.isArray(value)) throw new MetricMathError('The branches of IF are numbers or single time series');
  return value.get(at);
}

/** The change per second from one data point to the next. */
function rate(value: MathValue): MathValue {
  if (typeof value === 'number') throw new MetricMathError('RATE needs a time series');
  if (Array.isArray(value)) return value.map((series) => rate(series) as Series);
  const times = [...value.keys()];
  return toSeries(times, (at) => {
    const before = times[times.indexOf(at) - 1];
    if (before === undefined) return undefined;
    return ((value.get(at) ?? 0) - (value.get(before) ?? 0)) / ((at - before) / 1000);
  });
}
