/** The tokens of an expression in one of AWS's small languages, read one after the other. */
export class Tokens {
  readonly #tokens: string[];
  readonly #invalid: () => Error;
  #next = 0;

  /**
   * @param token sticky; its first group is a token, what stands before the group is skipped
   * @param invalid what to throw when the text is not made of such tokens, or when they are read in vain
   */
  constructor(source: string, token: RegExp, invalid: () => Error) {
    this.#invalid = invalid;
    this.#tokens = [];
    token.lastIndex = 0;
    while (token.lastIndex < source.trimEnd().length) {
      const match = token.exec(source);
      if (!match?.[1]) throw invalid();
      this.#tokens.push(match[1]);
    }
  }

  /** The next token, which stays the next one; nothing at the end. */
  peek(): string {
    return this.#tokens[this.#next] ?? '';
  }

  take(): string {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw this.#invalid();
    this.#next += 1;
    return token;
  }

  /** Takes the token if it is the next one. */
  accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#next += 1;
    return true;
  }

  expect(token: string): void {
    if (!this.accept(token)) throw this.#invalid();
  }

  expectEnd(): void {
    if (this.#next < this.#tokens.length) throw this.#invalid();
  }
}
