import { UnsupportedError } from '../core/aws-error.ts';
import type { CheckScope } from './check-scope.ts';
import { MACHINE_FIELDS } from './definition-fields.ts';
import { Diagnostics } from './diagnostics.ts';
import { isObject } from './json-data.ts';
import { checkState } from './state-check.ts';
import { checkTransitions } from './transition-check.ts';

/**
 * Goes through a definition as CreateStateMachine does. Answers what AWS would object to; throws `UnsupportedError`
 * for what AWS would run and the embedded cloud does not, above all JSONPath.
 */
export function checkDefinition(
  definition: unknown,
  { machine, type, expressions }: Pick<CheckScope, 'machine' | 'type' | 'expressions'>,
): Diagnostics {
  const diagnostics = new Diagnostics();
  if (!isObject(definition)) {
    diagnostics.add('The definition is not a JSON object', '/', 'INVALID_JSON_DESCRIPTION');
    return diagnostics;
  }
  for (const field of Object.keys(definition)) {
    if (!MACHINE_FIELDS.has(field)) diagnostics.add(`Field '${field}' is not supported`, `/${field}`);
  }
  const timeout = definition.TimeoutSeconds;
  if (timeout !== undefined && !(Number.isInteger(timeout) && (timeout as number) > 0)) {
    diagnostics.add('Value is not a positive integer', '/TimeoutSeconds');
  }
  const queryLanguage = (definition.QueryLanguage as string | undefined) ?? 'JSONPath';
  const names = new Set<string>();
  const outerVariables = new Set<string>();
  checkBlock(definition, '', { machine, type, expressions, diagnostics, queryLanguage, names, outerVariables });
  return diagnostics;
}

/** Checks states that lead from one to the next: those of the machine, of a branch, of an item processor. */
export function checkBlock(block: Record<string, unknown>, location: string, scope: CheckScope): void {
  const { diagnostics } = scope;
  const missing = ['States', 'StartAt'].filter((field) => block[field] === undefined);
  if (missing.length > 0) diagnostics.add(`These fields are required: [${missing.join(', ')}]`, location || '/');
  const { States: states } = block;
  if (!isObject(states)) return;

  const variables = variablesOf(states);
  for (const name of variables) {
    if (!scope.outerVariables.has(name)) continue;
    diagnostics.add(
      `The variable '${name}' belongs to an outer scope and cannot be assigned here`,
      `${location}/States`,
    );
  }
  const inner = { ...scope, outerVariables: new Set([...scope.outerVariables, ...variables]) };
  for (const [name, state] of Object.entries(states)) {
    if (isObject(state)) checkNamedState(name, state, { location: `${location}/States/${name}`, scope: inner });
    else diagnostics.add('Expected value of type Object', `${location}/States/${name}`);
  }
  checkTransitions(block, location, diagnostics);
}

function checkNamedState(
  name: string,
  state: Record<string, unknown>,
  { location, scope }: { location: string; scope: CheckScope },
): void {
  if (scope.names.has(name))
    scope.diagnostics.add(`The state name '${name}' is used twice`, location, 'DUPLICATE_STATE_NAME');
  scope.names.add(name);
  if (name.length > 80) scope.diagnostics.add('State name must not be longer than 80 characters', location);
  checkQueryLanguage(name, state, { location, scope });
  const blocks = checkState(state, { name, location, scope });
  for (const inner of blocks) checkBlock(inner.block, inner.location, scope);
}

/** JSONata only: a state that is evaluated with JSONPath would silently pass its input through. */
function checkQueryLanguage(
  name: string,
  state: Record<string, unknown>,
  { location, scope }: { location: string; scope: CheckScope },
): void {
  const language = state.QueryLanguage ?? scope.queryLanguage;
  if (language === 'JSONata') return;
  if (scope.queryLanguage === 'JSONata') {
    const problem = `'QueryLanguage' can not be '${language}' if set to 'JSONata' for whole state machine`;
    scope.diagnostics.add(problem, location);
    return;
  }
  throw new UnsupportedError(
    `State machine ${scope.machine}, state "${name}": the embedded cloud runs state machines in JSONata mode only, ` +
      `and this state is in JSONPath mode. Set "QueryLanguage": "JSONata".`,
  );
}

function variablesOf(states: Record<string, unknown>): Set<string> {
  const names = new Set<string>();
  for (const state of Object.values(states)) {
    if (!isObject(state)) continue;
    const parts = [state, ...listOf(state.Choices), ...listOf(state.Catch)];
    for (const { Assign } of parts) for (const name of Object.keys(isObject(Assign) ? Assign : {})) names.add(name);
  }
  return names;
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
