import { Tokens } from '../core/tokens.ts';

export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'negate'; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'call'; name: string; args: Expression[] };

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|"[^"]*"|'[^']*'|&&|\|\||==|!=|<=|>=|[-+*/^<>()[\],])/y;

/** From what binds least to what binds most. */
const PRECEDENCE = [['||', 'OR'], ['&&', 'AND'], ['==', '!=', '<=', '>=', '<', '>'], ['+', '-'], ['*', '/'], ['^']];
const WORDS: Record<string, string> = { AND: '&&', OR: '||' };

// An alarm is evaluated every minute with the same few expressions.
const parsed = new Map<string, Expression>();

/** Reads a metric math expression. Throws a SyntaxError that quotes it. */
export function parseExpression(source: string): Expression {
  const known = parsed.get(source);
  if (known) return known;
  const parser = new Parser(source);
  const expression = parser.parse();
  if (parsed.size > 1000) parsed.clear();
  parsed.set(source, expression);
  return expression;
}

class Parser {
  readonly #source: string;
  readonly #tokens: Tokens;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = new Tokens(source, TOKEN, () => this.#invalid());
  }

  parse(): Expression {
    const expression = this.#binary(0);
    this.#tokens.expectEnd();
    return expression;
  }

  #binary(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    while (operators.includes(this.#tokens.peek())) {
      const token = this.#tokens.take();
      left = { kind: 'binary', operator: WORDS[token] ?? token, left, right: this.#binary(level + 1) };
    }
    return left;
  }

  #unary(): Expression {
    if (this.#tokens.peek() !== '-') return this.#primary();
    this.#tokens.take();
    return { kind: 'negate', operand: this.#unary() };
  }

  #primary(): Expression {
    const token = this.#tokens.take();
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (/^["']/.test(token)) return { kind: 'text', value: token.slice(1, -1) };
    if (token === '(') {
      const inner = this.#binary(0);
      this.#tokens.expect(')');
      return inner;
    }
    if (token === '[') return { kind: 'list', items: this.#items(']') };
    if (!/^[A-Za-z_]/.test(token)) throw this.#invalid();
    if (this.#tokens.peek() !== '(') return { kind: 'name', name: token };
    this.#tokens.take();
    return { kind: 'call', name: token, args: this.#items(')') };
  }

  #items(end: string): Expression[] {
    const items: Expression[] = [];
    while (this.#tokens.peek() !== end) {
      items.push(this.#binary(0));
      if (this.#tokens.peek() !== end) this.#tokens.expect(',');
    }
    this.#tokens.take();
    return items;
  }

  #invalid(): SyntaxError {
    return new SyntaxError(`Error in expression '${this.#source}': Syntax error`);
  }
}
