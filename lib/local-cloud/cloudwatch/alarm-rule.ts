import { Tokens } from '../core/tokens.ts';
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
  readonly #tokens: Tokens;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = new Tokens(source, TOKEN, () => this.#invalid());
  }

  parse(): AlarmRule {
    const rule = this.#or();
    this.#tokens.expectEnd();
    return rule;
  }

  #or(): AlarmRule {
    const parts = [this.#and()];
    while (this.#tokens.accept('OR')) parts.push(this.#and());
    return (stateOf) => parts.some((part) => part(stateOf));
  }

  #and(): AlarmRule {
    const parts = [this.#not()];
    while (this.#tokens.accept('AND')) parts.push(this.#not());
    return (stateOf) => parts.every((part) => part(stateOf));
  }

  #not(): AlarmRule {
    if (!this.#tokens.accept('NOT')) return this.#primary();
    const operand = this.#not();
    return (stateOf) => !operand(stateOf);
  }

  #primary(): AlarmRule {
    if (this.#tokens.accept('TRUE')) return () => true;
    if (this.#tokens.accept('FALSE')) return () => false;
    if (this.#tokens.accept('(')) {
      const inner = this.#or();
      this.#tokens.expect(')');
      return inner;
    }
    const state = this.#tokens.take();
    if (!STATES.includes(state)) throw this.#invalid();
    this.#tokens.expect('(');
    const alarm = this.#tokens.take().replace(/^"|"$/g, '');
    this.#tokens.expect(')');
    return (stateOf) => stateOf(alarm) === state;
  }

  #invalid(): SyntaxError {
    return new SyntaxError(`AlarmRule is not valid: ${this.#source}`);
  }
}
