import type { State } from './definition.ts';
import type { Execution } from './execution.ts';
import type { Flow } from './flow.ts';
import { inputDetails, MAX_STANDARD_EVENTS } from './history.ts';
import { type Data, isTooLarge, type Json, jsonType, toData } from './json-data.ts';
import { EvaluationError, expressionOf } from './jsonata-expressions.ts';
import type { Runtime } from './runtime.ts';
import { StateError } from './state-error.ts';

/** What `$states` holds beside the input and the context. */
export interface StatesValues {
  result?: Json;
  errorOutput?: Json;
  /** Overrides `$states.context.Map.Item` while a Map selects its items. */
  mapItem?: { Index: number; Value: Json };
}

export interface OutputTemplates {
  Output?: Json;
  Assign?: Record<string, Json>;
}

/** How a state ended: what it passes on, the variables it sets, and the state that follows (none: the flow ends). */
export interface Outcome {
  next: string | undefined;
  output: Data;
  assigned?: Record<string, Json>;
}

/** One stay of a flow in one state: its input, its place in the history, and the evaluation of its fields. */
export class Visit<S extends State = State> {
  readonly name: string;
  readonly state: S;
  readonly input: Data;
  readonly flow: Flow;
  readonly execution: Execution;
  readonly runtime: Runtime;
  readonly enteredEventId: number;
  taskToken: string | undefined;
  /** How often a Task, Parallel or Map was tried again; undefined in states that cannot be. */
  retryCount: number | undefined;
  #enteredAt: string;
  #previousEventId: number;

  constructor(entry: { name: string; state: S; input: Data; flow: Flow; execution: Execution; runtime: Runtime }) {
    this.name = entry.name;
    this.state = entry.state;
    this.input = entry.input;
    this.flow = entry.flow;
    this.execution = entry.execution;
    this.runtime = entry.runtime;
    this.#enteredAt = new Date(entry.runtime.clock.now()).toISOString();
    this.#previousEventId = entry.flow.lastEventId;
    this.flow.stateType = this.state.Type;
    this.enteredEventId = this.#recordEntered();
  }

  #recordEntered(): number {
    const { state, execution } = this;
    // The last two are left for the end of the state and that of the execution.
    const isFull = execution.history.events.length > MAX_STANDARD_EVENTS - 2;
    if (execution.machine.type === 'STANDARD' && isFull) {
      const cause = `The execution reached the maximum number of history events (${MAX_STANDARD_EVENTS}).`;
      throw new StateError('States.Runtime', cause);
    }
    // The first state of an execution follows no event: its previousEventId is 0.
    return this.flow.record(`${state.Type}StateEntered`, { name: this.name, ...inputDetails(this.input.json) });
  }

  /** Evaluates one field of the state with the variables as they were when the state was entered. */
  async evaluate(field: string, template: Json, values: StatesValues = {}): Promise<Json> {
    try {
      const variables = { ...this.flow.scope.visible(), states: this.#states(values) };
      const value = await this.runtime.expressions.evaluate(template, field, variables);
      this.flow.throwIfAborted();
      return value;
    } catch (error) {
      if (error instanceof EvaluationError) throw this.evaluationFailed(error.location, error.message);
      throw error;
    }
  }

  /** Evaluates a field that must be of one JSON type. */
  async evaluateAs(field: string, template: Json, type: string, values?: StatesValues): Promise<Json> {
    const value = await this.evaluate(field, template, values);
    if (jsonType(value) === type) return value;
    const types = `Expected '${type}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`;
    const source = expressionOf(template) ?? JSON.stringify(template);
    const problem = `returned an unexpected result type. ${types}`;
    throw this.evaluationFailed(field, new EvaluationError({ source, location: field, problem }).message);
  }

  /** A field that is a number from `min` or an expression for one; undefined when the state does not have it. */
  async number(field: string, template: Json | undefined, min: number): Promise<number | undefined> {
    if (template === undefined) return undefined;
    const value = (await this.evaluateAs(field, template, 'number')) as number;
    if (Number.isInteger(value) && value >= min) return value;
    throw this.evaluationFailed(field, `The field '${field}' must be a whole number from ${min}, but was ${value}.`);
  }

  /** Writes that an evaluation failed, and answers the error of it. */
  evaluationFailed(location: string, problem: string): StateError {
    const error = new StateError('States.QueryEvaluationError', this.inState(problem));
    const { flow } = this;
    const previous = flow.lastEventId === this.enteredEventId ? this.#previousEventId : flow.lastEventId;
    flow.record('EvaluationFailed', { ...error.toDetails(), location, state: this.name }, previous);
    return error;
  }

  runtimeError(problem: string): StateError {
    return new StateError('States.Runtime', this.inState(problem));
  }

  inState(problem: string): string {
    return `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enteredEventId}). ${problem}`;
  }

  /** How the state ends: `Output` (or else the given value) and `Assign`, both evaluated against the old variables. */
  async outcome(
    templates: OutputTemplates,
    next: string | undefined,
    { otherwise, prefix = '', ...values }: StatesValues & { otherwise: Data; prefix?: string },
  ): Promise<Outcome> {
    const output =
      templates.Output === undefined
        ? otherwise
        : toData(await this.evaluate(`${prefix}Output`, templates.Output, values));
    if (isTooLarge(output.json)) throw this.dataLimitExceeded();
    if (!templates.Assign) return { next, output };
    const assigned = (await this.evaluate(`${prefix}Assign`, templates.Assign, values)) as Record<string, Json>;
    if (isTooLarge(JSON.stringify(assigned))) throw this.dataLimitExceeded();
    return { next, output, assigned };
  }

  dataLimitExceeded(task = this.name): StateError {
    const cause = `The state/task '${task}' returned a result with a size exceeding the maximum number of bytes service limit.`;
    return new StateError('States.DataLimitExceeded', cause);
  }

  #states({ mapItem = this.flow.mapItem, ...values }: StatesValues): Record<string, Json> {
    const state: Record<string, Json> = { EnteredTime: this.#enteredAt, Name: this.name };
    if (this.retryCount !== undefined) state.RetryCount = this.retryCount;
    const context: Record<string, Json> = { ...this.execution.context(), State: state };
    if (this.taskToken) context.Task = { Token: this.taskToken };
    if (mapItem) context.Map = { Item: { Index: mapItem.Index, Value: mapItem.Value } };
    return { input: this.input.value, context, ...values };
  }
}
