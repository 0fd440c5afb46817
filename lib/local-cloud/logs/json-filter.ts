import { AwsError } from '../core/aws-error.ts';
import { Tokens } from '../core/tokens.ts';
import { selectJson } from './json-selector.ts';

/** A condition on the parsed message. */
type Condition = (event: unknown) => boolean;

const TOKEN =
  /\s*(\$(?:\.[\w-]+|\['[^']*'\]|\["[^"]*"\]|\[\d+\])*|"(?:[^"\\]|\\.)*"|&&|\|\||!=|<=|>=|[=<>(){}]|[^\s&|!=<>(){}"]+)/y;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Compiles `{ ($.level = "ERROR" || $.code >= 500) && $.retry IS TRUE }`. */
export function parseJsonFilter(pattern: string): (message: string) => boolean {
  const parser = new JsonFilterParser(pattern);
  const condition = parser.parse();
  return (message) => {
    const event = parseObject(message);
    return event !== undefined && condition(event);
  };
}

class JsonFilterParser {
  readonly #pattern: string;
  readonly #tokens: Tokens;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#tokens = new Tokens(pattern, TOKEN, () => this.#invalid());
  }

  parse(): Condition {
    this.#tokens.expect('{');
    const condition = this.#or();
    this.#tokens.expect('}');
    this.#tokens.expectEnd();
    return condition;
  }

  #or(): Condition {
    const parts = [this.#and()];
    while (this.#tokens.accept('||')) parts.push(this.#and());
    return (event) => parts.some((part) => part(event));
  }

  #and(): Condition {
    const parts = [this.#primary()];
    while (this.#tokens.accept('&&')) parts.push(this.#primary());
    return (event) => parts.every((part) => part(event));
  }

  #primary(): Condition {
    if (!this.#tokens.accept('(')) return this.#comparison();
    const condition = this.#or();
    this.#tokens.expect(')');
    return condition;
  }

  #comparison(): Condition {
    const selector = this.#tokens.take();
    if (!selector.startsWith('$')) throw this.#invalid();
    const operator = this.#tokens.take();
    if (operator.toUpperCase() === 'IS') return isCondition(selector, this.#tokens.take(), () => this.#invalid());
    if (operator.toUpperCase() === 'NOT') {
      if (this.#tokens.take().toUpperCase() !== 'EXISTS') throw this.#invalid();
      return (event) => selectJson(event, selector) === undefined;
    }
    return compare(selector, operator, this.#tokens.take(), () => this.#invalid());
  }

  #invalid(): AwsError {
    return new AwsError('InvalidParameterException', `Invalid filter pattern: ${this.#pattern}`);
  }
}

function isCondition(selector: string, expected: string, invalid: () => AwsError): Condition {
  const value = { NULL: null, TRUE: true, FALSE: false }[expected.toUpperCase()];
  if (value === undefined) throw invalid();
  return (event) => selectJson(event, selector) === value;
}

/** Objects, lists and absent fields match neither `=` nor `!=`. */
function compare(selector: string, operator: string, operand: string, invalid: () => AwsError): Condition {
  const matches = matcher(operator, operand);
  if (!matches) throw invalid();
  return (event) => {
    const value = selectJson(event, selector);
    if (typeof value === 'object' || value === undefined) return false;
    return matches(value as string | number | boolean);
  };
}

type Scalar = string | number | boolean;

function matcher(operator: string, operand: string): ((value: Scalar) => boolean) | undefined {
  const number = NUMBER.test(operand) ? Number(operand) : undefined;
  const equals =
    number === undefined ? textMatcher(operand) : (value: Scalar) => value !== '' && Number(value) === number;
  if (operator === '=') return equals;
  if (operator === '!=') return (value) => !equals(value);
  if (number === undefined) return undefined;
  const orders: Record<string, (value: number) => boolean> = {
    '<': (value) => value < number,
    '<=': (value) => value <= number,
    '>': (value) => value > number,
    '>=': (value) => value >= number,
  };
  const order = orders[operator];
  return order && ((value) => typeof value === 'number' && order(value));
}

/** An asterisk stands for any text. */
function textMatcher(operand: string): (value: Scalar) => boolean {
  const text = operand.startsWith('"') ? operand.slice(1, -1).replace(/\\(.)/g, '$1') : operand;
  if (!text.includes('*')) return (value) => String(value) === text;
  const source = text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const expression = new RegExp(`^${source}$`, 's');
  return (value) => expression.test(String(value));
}

function parseObject(message: string): unknown {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
