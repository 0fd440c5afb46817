import { BlockList, isIP } from 'node:net';
import { invalidPattern } from './invalid-pattern.ts';
import { compileNumericRange } from './numeric-range.ts';
import { compileWildcard } from './wildcard.ts';

export type Scalar = string | number | boolean | null;

/** Says whether one scalar of an event matches. */
export type ScalarTest = (value: Scalar) => boolean;

/** Compiles the operand of one operator. */
type Operator = (operand: unknown) => ScalarTest;

const ofStrings = (test: (text: string) => boolean): ScalarTest => {
  return (value) => typeof value === 'string' && test(value);
};

const prefix: Operator = (operand) => {
  if (isIgnoreCase(operand)) {
    const start = ignoreCaseText(operand, 'prefix').toLowerCase();
    return ofStrings((text) => text.toLowerCase().startsWith(start));
  }
  const start = textOf(operand, 'prefix');
  return ofStrings((text) => text.startsWith(start));
};

const suffix: Operator = (operand) => {
  if (isIgnoreCase(operand)) {
    const end = ignoreCaseText(operand, 'suffix').toLowerCase();
    return ofStrings((text) => text.toLowerCase().endsWith(end));
  }
  const end = textOf(operand, 'suffix');
  return ofStrings((text) => text.endsWith(end));
};

const equalsIgnoreCase: Operator = (operand) => {
  const expected = textOf(operand, 'equals-ignore-case').toLowerCase();
  return ofStrings((text) => text.toLowerCase() === expected);
};

const wildcard: Operator = (operand) => ofStrings(compileWildcard(textOf(operand, 'wildcard')));

const numeric: Operator = (operand) => {
  const test = compileNumericRange(operand);
  return (value) => typeof value === 'number' && test(value);
};

const cidr: Operator = (operand) => {
  const block = textOf(operand, 'cidr');
  const [address = '', bits = '', ...more] = block.split('/');
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  if (more.length > 0 || !bits) throw invalidPattern("Malformed CIDR, one '/' required");
  if (family === 0) throw invalidPattern(`Nonstandard IP address: ${address}`);
  if (!/^\d+$/.test(bits) || Number(bits) > longest) throw invalidPattern(`Malformed CIDR, mask bits: ${bits}`);
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return ofStrings((text) => isIP(text) === family && list.check(text, family === 4 ? 'ipv4' : 'ipv6'));
};

const EXCLUDABLE: Record<string, Operator> = { prefix, suffix, wildcard, 'equals-ignore-case': equalsIgnoreCase };

const anythingBut: Operator = (operand) => {
  const excluded = typeof operand === 'object' && !Array.isArray(operand) && operand !== null;
  const tests = excluded ? excludedBy(operand as Record<string, unknown>) : excludedValues(operand);
  return (value) => !tests.some((test) => test(value));
};

function excludedBy(expression: Record<string, unknown>): ScalarTest[] {
  const [name, ...more] = Object.keys(expression);
  if (name === undefined) throw invalidPattern('Anything-But expression name not found');
  if (more.length > 0) throw invalidPattern('Only one key allowed in match expression');
  const operator = Object.hasOwn(EXCLUDABLE, name) ? EXCLUDABLE[name] : undefined;
  if (!operator) throw invalidPattern(`Unsupported anything-but pattern: ${name}`);
  const operands = listOf(expression[name]);
  if (operands.includes('')) throw invalidPattern('Null prefix/suffix not allowed');
  return operands.map(operator);
}

function excludedValues(operand: unknown): ScalarTest[] {
  const values = listOf(operand);
  const kinds = new Set(values.map((value) => typeof value));
  if ([...kinds].some((kind) => kind !== 'string' && kind !== 'number')) {
    throw invalidPattern(
      Array.isArray(operand)
        ? 'Inside anything but list, start|null|boolean is not supported.'
        : 'Value of anything-but must be an array or single string/number value.',
    );
  }
  if (kinds.size !== 1) {
    throw invalidPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  const set = new Set(values);
  return [(value) => set.has(value)];
}

/** The operators that look at one scalar. `exists` is not among them: it looks at the field. */
export const OPERATORS: Record<string, Operator> = {
  prefix,
  suffix,
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
  numeric,
  cidr,
  'anything-but': anythingBut,
};

function listOf(operand: unknown): unknown[] {
  if (!Array.isArray(operand)) return [operand];
  if (operand.length === 0) throw invalidPattern('Empty arrays are not allowed');
  return operand;
}

function textOf(operand: unknown, name: string): string {
  if (typeof operand === 'string') return operand;
  throw invalidPattern(`${name} match pattern must be a string`);
}

function isIgnoreCase(operand: unknown): operand is Record<string, unknown> {
  return typeof operand === 'object' && operand !== null && !Array.isArray(operand);
}

function ignoreCaseText(operand: Record<string, unknown>, name: string): string {
  const keys = Object.keys(operand);
  if (keys.length !== 1) throw invalidPattern('Only one key allowed in match expression');
  if (keys[0] !== 'equals-ignore-case') throw invalidPattern(`Unsupported ${name} pattern: ${keys[0]}`);
  return textOf(operand['equals-ignore-case'], 'equals-ignore-case');
}
