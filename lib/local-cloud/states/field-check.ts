import { UnsupportedError } from '../core/aws-error.ts';
import type { StatePlace } from './check-scope.ts';
import { JSONPATH_FIELDS, UNSUPPORTED_FIELDS } from './definition-fields.ts';
import { isObject } from './json-data.ts';
import { expressionsIn } from './jsonata-expressions.ts';

/** Fields in which a text that looks like an expression is one. */
const TEMPLATE_FIELDS = [
  'Arguments',
  'Output',
  'Assign',
  'Items',
  'ItemSelector',
  'Condition',
  'Seconds',
  'Timestamp',
  'Error',
  'Cause',
  'TimeoutSeconds',
  'HeartbeatSeconds',
  'MaxConcurrency',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
];

/** Names every field that the state may not have: those of JSONPath, those not modelled, and those nobody knows. */
export function checkFields(part: Record<string, unknown>, known: Set<string>, place: StatePlace): void {
  const { name, location, scope } = place;
  for (const field of Object.keys(part)) {
    if (known.has(field)) continue;
    const feature = UNSUPPORTED_FIELDS[field];
    if (feature) {
      const problem = `the embedded cloud does not model the field ${field} (${feature})`;
      throw new UnsupportedError(`State machine ${scope.machine}, state "${name}": ${problem}.`);
    }
    const kind = JSONPATH_FIELDS.has(field) ? 'belongs to JSONPath; the state is in JSONata mode' : 'is not supported';
    const message = `State machine ${scope.machine}, state "${name}": the field '${field}' ${kind}`;
    scope.diagnostics.add(message, `${location}/${field}`);
  }
}

/** Compiles every expression, so that a wrong one is found when the state machine is created. */
export function checkTemplates(part: Record<string, unknown>, { location, scope }: StatePlace): void {
  for (const field of TEMPLATE_FIELDS) {
    for (const expression of expressionsIn(part[field], `${location}/${field}`)) {
      try {
        scope.expressions.compile(expression.source);
      } catch (error) {
        const { message } = error as { message: string };
        scope.diagnostics.add(
          `The JSONata expression '${expression.source}' is not valid: ${message}`,
          expression.location,
        );
      }
    }
  }
  checkVariableNames(part.Assign, { location, scope });
}

function checkVariableNames(assign: unknown, { location, scope }: Pick<StatePlace, 'location' | 'scope'>): void {
  if (assign === undefined) return;
  if (!isObject(assign)) {
    scope.diagnostics.add('Expected value of type Object', `${location}/Assign`);
    return;
  }
  for (const name of Object.keys(assign)) {
    if (name === 'states') scope.diagnostics.add("The variable name 'states' is reserved", `${location}/Assign`);
    else if (!/^[\p{L}_][\p{L}\p{N}_]{0,79}$/u.test(name)) {
      scope.diagnostics.add(`'${name}' is not a valid variable name`, `${location}/Assign`);
    }
  }
}
