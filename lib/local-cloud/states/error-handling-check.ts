import type { StatePlace } from './check-scope.ts';
import { CATCHER_FIELDS, RETRIER_FIELDS } from './definition-fields.ts';
import { checkFields, checkTemplates } from './field-check.ts';
import { isObject } from './json-data.ts';

interface NumberRule {
  min: number;
  max: number;
  integer: boolean;
}

const RETRIER_NUMBERS: Record<string, NumberRule> = {
  IntervalSeconds: { min: 1, max: 99_999_999, integer: true },
  MaxAttempts: { min: 0, max: 99_999_999, integer: true },
  BackoffRate: { min: 1, max: Number.POSITIVE_INFINITY, integer: false },
  MaxDelaySeconds: { min: 1, max: 31_622_400, integer: true },
};

export function checkRetriers(retriers: unknown, place: StatePlace): void {
  for (const { entry, at } of entriesOf(retriers, 'Retry', place)) {
    checkFields(entry, RETRIER_FIELDS, at);
    for (const [field, rule] of Object.entries(RETRIER_NUMBERS)) checkNumber(entry[field], rule, { field, at });
    if (entry.JitterStrategy !== undefined && entry.JitterStrategy !== 'FULL' && entry.JitterStrategy !== 'NONE') {
      const problem = "The field 'JitterStrategy' should have one of these values: [FULL, NONE]";
      at.scope.diagnostics.add(problem, `${at.location}/JitterStrategy`);
    }
  }
}

export function checkCatchers(catchers: unknown, place: StatePlace): void {
  for (const { entry, at } of entriesOf(catchers, 'Catch', place)) {
    checkFields(entry, CATCHER_FIELDS, at);
    checkTemplates(entry, at);
    if (entry.Next === undefined) at.scope.diagnostics.add('These fields are required: [Next]', at.location);
  }
}

/** The retriers or catchers of a state, with what both have in common checked. */
function entriesOf(list: unknown, field: string, place: StatePlace) {
  const { scope } = place;
  const entries: { entry: Record<string, unknown>; at: StatePlace }[] = [];
  if (list !== undefined && !Array.isArray(list))
    scope.diagnostics.add('Expected value of type Array', `${place.location}/${field}`);
  const given = Array.isArray(list) ? list : [];
  for (const [index, entry] of given.entries()) {
    const at = { ...place, location: `${place.location}/${field}[${index}]` };
    if (!isObject(entry)) scope.diagnostics.add('Expected value of type Object', at.location);
    else {
      checkErrorEquals(entry.ErrorEquals, at, index === given.length - 1);
      entries.push({ entry, at });
    }
  }
  return entries;
}

/** `States.ALL` stands alone and last: what follows it would never be asked. */
function checkErrorEquals(names: unknown, { location, scope }: StatePlace, isLast: boolean): void {
  const at = `${location}/ErrorEquals`;
  if (!Array.isArray(names) || names.length === 0) {
    scope.diagnostics.add('Value cannot be empty', at);
    return;
  }
  if (!names.includes('States.ALL')) return;
  if (names.length > 1) scope.diagnostics.add('States.ALL must appear alone in ErrorEquals', at);
  if (!isLast) scope.diagnostics.add('States.ALL can only appear in the last element', at);
}

function checkNumber(value: unknown, rule: NumberRule, { field, at }: { field: string; at: StatePlace }): void {
  if (value === undefined) return;
  const fits = typeof value === 'number' && value >= rule.min && value <= rule.max;
  if (fits && (!rule.integer || Number.isInteger(value))) return;
  const kind = rule.integer ? 'an integer' : 'a number';
  at.scope.diagnostics.add(`Value is not ${kind} from ${rule.min}`, `${at.location}/${field}`);
}
