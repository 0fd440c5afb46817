import type { Json } from './json-data.ts';

/**
 * The variables of one flow of states. A branch of a Parallel and an iteration of a Map read those of the flow around
 * them, and assign only their own, which end with them. That an inner name differs from all outer ones is checked when
 * the state machine is created.
 */
export class VariableScope {
  #outer: VariableScope | undefined;
  #own: Record<string, Json> = {};

  constructor(outer?: VariableScope) {
    this.#outer = outer;
  }

  /** Every variable that an expression may read here, by its name without `$`. */
  visible(): Record<string, Json> {
    return this.#outer ? { ...this.#outer.visible(), ...this.#own } : this.#own;
  }

  assign(values: Record<string, Json>): void {
    this.#own = { ...this.#own, ...values };
  }
}
