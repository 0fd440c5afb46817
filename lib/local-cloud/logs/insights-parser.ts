import { AwsError } from '../core/aws-error.ts';
import { Tokens } from '../core/tokens.ts';
import type { Aggregate, Command, Condition, Group, Sort } from './insights-query.ts';

const TOKEN =
  /\s*(?:#[^\n]*\n\s*)*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/(?:[^/\\\n]|\\.)+\/i?|`[^`]+`|!=|<=|>=|=~|[=<>()[\],|*:]|-?\d+(?:\.\d+)?(?![\w.])|[@\w.-]+)/y;

const AGGREGATES = ['count', 'count_distinct', 'sum', 'avg', 'min', 'max', 'pct'];
const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a query of CloudWatch Logs Insights. Throws `MalformedQueryException` for what is not modelled here, too. */
export function parseQuery(query: string): Command[] {
  return new QueryParser(query).parse();
}

class QueryParser {
  readonly #query: string;
  readonly #tokens: Tokens;

  constructor(query: string) {
    this.#query = query;
    this.#tokens = new Tokens(query, TOKEN, () => this.#malformed('it cannot be read'));
  }

  parse(): Command[] {
    const commands = [this.#command()];
    while (this.#tokens.accept('|')) commands.push(this.#command());
    this.#tokens.expectEnd();
    return commands;
  }

  #command(): Command {
    const name = this.#tokens.take();
    switch (name.toLowerCase()) {
      case 'source':
        return this.#source();
      case 'fields':
      case 'display':
        return { kind: 'fields', names: this.#list(() => this.#field()) };
      case 'filter':
        return { kind: 'filter', condition: this.#or() };
      case 'sort':
        return { kind: 'sort', by: this.#list(() => this.#sortKey()) };
      case 'limit':
        return { kind: 'limit', count: Number(this.#tokens.take()) };
      case 'stats':
        return this.#stats();
      default:
        throw this.#malformed(`the command ${name} is not modelled locally`);
    }
  }

  /** `SOURCE logGroups(namePrefix: ['a', 'b'])` */
  #source(): Command {
    for (const token of ['logGroups', '(', 'namePrefix', ':', '[']) this.#tokens.expect(token);
    const prefixes = this.#list(() => this.#text());
    for (const token of [']', ')']) this.#tokens.expect(token);
    return { kind: 'source', prefixes };
  }

  #stats(): Command {
    const aggregates = this.#list(() => this.#aggregate());
    return { kind: 'stats', aggregates, groups: this.#accept('by') ? this.#list(() => this.#group()) : [] };
  }

  #aggregate(): Aggregate {
    const name = this.#tokens.take().toLowerCase();
    if (!AGGREGATES.includes(name)) throw this.#malformed(`the function ${name} is not modelled locally`);
    this.#tokens.expect('(');
    const field = this.#tokens.accept('*') || this.#tokens.peek() === ')' ? undefined : this.#field();
    const percent = this.#tokens.accept(',') ? Number(this.#tokens.take()) : undefined;
    this.#tokens.expect(')');
    const written = `${name}(${[field ?? '*', percent].filter((part) => part !== undefined).join(', ')})`;
    return { name, field, percent, as: this.#accept('as') ? this.#field() : written };
  }

  #group(): Group {
    const field = this.#field();
    if (field !== 'bin' || !this.#tokens.accept('(')) return { field };
    const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(this.#tokens.take()) ?? [];
    if (!count) throw this.#malformed('bin takes a time such as 5m');
    this.#tokens.expect(')');
    return { field: `bin(${count}${unit})`, binMs: Number(count) * (UNIT_MS[unit] ?? 0) };
  }

  #sortKey(): Sort {
    const field = this.#field();
    const isDescending = this.#accept('desc');
    if (!isDescending) this.#accept('asc');
    return { field, isDescending };
  }

  #or(): Condition {
    const parts = [this.#and()];
    while (this.#accept('or')) parts.push(this.#and());
    return (row) => parts.some((part) => part(row));
  }

  #and(): Condition {
    const parts = [this.#not()];
    while (this.#accept('and')) parts.push(this.#not());
    return (row) => parts.every((part) => part(row));
  }

  #not(): Condition {
    if (!this.#accept('not')) return this.#primary();
    const operand = this.#not();
    return (row) => !operand(row);
  }

  #primary(): Condition {
    if (!this.#tokens.accept('(')) return this.#comparison();
    const inner = this.#or();
    this.#tokens.expect(')');
    return inner;
  }

  #comparison(): Condition {
    const field = this.#field();
    if (field === 'ispresent' && this.#tokens.accept('(')) {
      const present = this.#field();
      this.#tokens.expect(')');
      return (row) => row(present) !== undefined;
    }
    const operator = this.#tokens.take().toLowerCase();
    if (operator === 'not') {
      const positive = this.#test(this.#tokens.take().toLowerCase());
      return (row) => row(field) !== undefined && !positive(row(field));
    }
    const test = this.#test(operator);
    return (row) => row(field) !== undefined && test(row(field));
  }

  #test(operator: string): (value: unknown) => boolean {
    if (operator === 'in') {
      this.#tokens.expect('[');
      const values = this.#list(() => this.#literal());
      this.#tokens.expect(']');
      return (value) => values.some((literal) => equals(value, literal));
    }
    if (operator === 'like' || operator === '=~') return this.#pattern();
    const literal = this.#literal();
    const orders: Record<string, (value: unknown) => boolean> = {
      '=': (value) => equals(value, literal),
      '!=': (value) => !equals(value, literal),
      '<': (value) => Number(value) < Number(literal),
      '<=': (value) => Number(value) <= Number(literal),
      '>': (value) => Number(value) > Number(literal),
      '>=': (value) => Number(value) >= Number(literal),
    };
    const test = orders[operator];
    if (!test) throw this.#malformed(`the operator ${operator} is not modelled locally`);
    return test;
  }

  #pattern(): (value: unknown) => boolean {
    if (!this.#tokens.peek().startsWith('/')) {
      const text = this.#text();
      return (value) => asText(value).includes(text);
    }
    const [, source = '', flags] = /^\/(.*)\/(i?)$/s.exec(this.#tokens.take()) ?? [];
    const expression = new RegExp(source, flags);
    return (value) => expression.test(asText(value));
  }

  #literal(): string | number {
    return /^-?\d/.test(this.#tokens.peek()) ? Number(this.#tokens.take()) : this.#text();
  }

  #text(): string {
    const token = this.#tokens.take();
    if (!/^["']/.test(token)) throw this.#malformed(`${token} has to be a text in quotes`);
    return token.slice(1, -1).replace(/\\(.)/g, '$1');
  }

  #field(): string {
    const token = this.#tokens.take();
    if (!/^[@\w`]/.test(token)) throw this.#malformed(`${token} is not the name of a field`);
    return token.replaceAll('`', '');
  }

  #list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#tokens.accept(',')) items.push(item());
    return items;
  }

  /** Words may be written in any case. */
  #accept(word: string): boolean {
    return this.#tokens.peek().toLowerCase() === word && this.#tokens.accept(this.#tokens.peek());
  }

  #malformed(why: string): AwsError {
    return new AwsError('MalformedQueryException', `${why}: ${this.#query}`);
  }
}

function equals(value: unknown, literal: string | number): boolean {
  return typeof literal === 'number' ? value !== '' && Number(value) === literal : asText(value) === literal;
}

function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
