import type { AlarmState } from './alarm-state.ts';

/** The state of another alarm, named by name or ARN. */
export type StateOf = (alarm: string) => AlarmState;

/** The rule of a composite alarm: `ALARM("a") AND NOT (OK("b") OR INSUFFICIENT_DATA(c))`. */
export type AlarmRule = (stateOf: StateOf) => boolean;

const TOKEN = /\s*(\(|\)|"[^"]*"|[^\s()"]+)/y;
const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** Throws a SyntaxError that quotes the rule. */
export function parseAlarmRule(source: string): AlarmRule {
  return new RuleParser(source).parse();
}

class RuleParser {
  readonly #source: string;
  readonly #tokens: string[] = [];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < source.trimEnd().length) {
      const match = TOKEN.exec(source);
      if (!match?.[1]) throw this.#invalid();
      this.#tokens.push(match[1]);
    }
  }

  parse(): AlarmRule {
    const rule = this.#or();
    if (this.#next < this.#tokens.length) throw this.#invalid();
    return rule;
  }

  #or(): AlarmRule {
    const parts = [this.#and()];
    while (this.#accept('OR')) parts.push(this.#and());
    return (stateOf) => parts.some((part) => part(stateOf));
  }

  #and(): AlarmRule {
    const parts = [this.#not()];
    while (this.#accept('AND')) parts.push(this.#not());
    return (stateOf) => parts.every((part) => part(stateOf));
  }

  #not(): AlarmRule {
    if (!this.#accept('NOT')) return this.#primary();
    const operand = this.#not();
    return (stateOf) => !operand(stateOf);
  }

  #primary(): AlarmRule {
    if (this.#accept('TRUE')) return () => true;
    if (this.#accept('FALSE')) return () => false;
    if (this.#accept('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const state = this.#take();
    if (!STATES.includes(state)) throw this.#invalid();
    this.#expect('(');
    const alarm = this.#take().replace(/^"|"$/g, '');
    this.#expect(')');
    return (stateOf) => stateOf(alarm) === state;
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next += 1;
    return true;
  }

  #take(): string {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw this.#invalid();
    this.#next += 1;
    return token;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) throw this.#invalid();
  }

  #invalid(): SyntaxError {
    return new SyntaxError(`AlarmRule is not valid: ${this.#source}`);
  }
}
