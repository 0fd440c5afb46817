import jsonata, { type Expression } from 'jsonata';
import type { Clock } from '../core/clock.ts';
import { isObject, type Json } from './json-data.ts';
import { addStepFunctions } from './jsonata-functions.ts';

/** An expression that ran for this long is taken for an endless loop. */
const EVALUATION_LIMIT_MS = 10_000;

/** Why an expression has no value; the message is the end of a sentence that names the expression and the field. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly location: string;

  constructor(
    { source, location, problem }: { source: string; location: string; problem: string },
    options?: ErrorOptions,
  ) {
    super(`The JSONata expression '${source}' specified for the field '${location}' ${problem}`, options);
    this.location = location;
  }
}

/** The source of `{% ... %}`, or undefined for a string that is just a string. */
export function expressionOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || !text.startsWith('{%') || !text.endsWith('%}') || text.length < 4) return undefined;
  return text.slice(2, -2).trim();
}

/** Every expression of a template and where it stands: `Arguments/FunctionName`. */
export function* expressionsIn(template: unknown, location: string): Generator<{ source: string; location: string }> {
  const source = expressionOf(template);
  if (source !== undefined) yield { source, location };
  else if (Array.isArray(template)) {
    for (const [index, element] of template.entries()) yield* expressionsIn(element, `${location}[${index}]`);
  } else if (isObject(template)) {
    for (const [key, value] of Object.entries(template)) yield* expressionsIn(value, `${location}/${key}`);
  }
}

/** Compiles and evaluates the expressions of state machines; each text is compiled once. */
export class JsonataExpressions {
  #clock: Clock;
  #random: () => number;
  #compiled = new Map<string, Expression>();

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Throws JSONata's own error for a text that is not an expression. */
  compile(source: string): Expression {
    let expression = this.#compiled.get(source);
    if (!expression) {
      expression = jsonata(source, { timeout: EVALUATION_LIMIT_MS });
      addStepFunctions(expression, this.#clock, this.#random);
      this.#compiled.set(source, expression);
    }
    return expression;
  }

  /** The template with the value of each expression in its place. Rejects with `EvaluationError`. */
  async evaluate(template: Json, location: string, variables: Record<string, unknown>): Promise<Json> {
    const source = expressionOf(template);
    if (source !== undefined) return this.#evaluateExpression(source, location, variables);
    if (Array.isArray(template)) {
      const elements: Json[] = [];
      for (const [index, element] of template.entries()) {
        elements.push(await this.evaluate(element, `${location}[${index}]`, variables));
      }
      return elements;
    }
    if (!isObject(template)) return template;
    const fields: Record<string, Json> = {};
    for (const [key, value] of Object.entries(template)) {
      fields[key] = await this.evaluate(value, `${location}/${key}`, variables);
    }
    return fields;
  }

  async #evaluateExpression(source: string, location: string, variables: Record<string, unknown>): Promise<Json> {
    let value: unknown;
    try {
      value = await this.compile(source).evaluate(undefined, variables);
    } catch (error) {
      const problem = `threw an error during evaluation. ${describe(error)}`;
      throw new EvaluationError({ source, location, problem }, { cause: error });
    }
    const json = value === undefined ? undefined : toJson(value);
    if (json !== undefined) return json;
    const problem = value === undefined ? 'returned nothing (undefined).' : 'returned an unsupported result type.';
    throw new EvaluationError({ source, location, problem });
  }
}

/** JSONata throws objects that are not errors: a code such as T1006 and a message. */
function describe(error: unknown): string {
  if (!isObject(error)) return String(error);
  const { code, message } = error;
  return code ? `${code}: ${message}` : String(message);
}

/** Copies the value without what JSONata keeps beside the data; undefined when there is a function in it. */
function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const elements = value.map(toJson);
    return elements.includes(undefined) ? undefined : (elements as Json[]);
  }
  if (!isObject(value) || value._jsonata_lambda || value._jsonata_function || value instanceof RegExp) return undefined;
  return toJsonObject(value);
}

function toJsonObject(value: Record<string, unknown>): Json | undefined {
  const fields: Record<string, Json> = {};
  for (const [key, nested] of Object.entries(value)) {
    if (nested === undefined) continue;
    const json = toJson(nested);
    if (json === undefined) return undefined;
    fields[key] = json;
  }
  return fields;
}
