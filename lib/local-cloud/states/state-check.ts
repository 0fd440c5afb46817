import { UnsupportedError } from '../core/aws-error.ts';
import type { StatePlace } from './check-scope.ts';
import { REQUIRED_FIELDS, RULE_FIELDS, STATE_FIELDS } from './definition-fields.ts';
import { checkCatchers, checkRetriers } from './error-handling-check.ts';
import { checkFields, checkTemplates } from './field-check.ts';
import { isObject } from './json-data.ts';
import { expressionOf } from './jsonata-expressions.ts';
import { integrationOf } from './task-resource.ts';

/** States inside a state, which have to be checked like those of the machine. */
export interface InnerBlock {
  block: Record<string, unknown>;
  location: string;
}

/** Checks one state and answers the blocks inside it. */
export function checkState(state: Record<string, unknown>, place: StatePlace): InnerBlock[] {
  const { location, scope } = place;
  const type = String(state.Type);
  const fields = STATE_FIELDS[type];
  if (!fields) {
    const types = '[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]';
    scope.diagnostics.add(`The field 'Type' should have one of these values: ${types}`, `${location}/Type`);
    return [];
  }
  checkFields(state, fields, place);
  const missing = (REQUIRED_FIELDS[type] ?? []).filter((field) => state[field] === undefined);
  if (missing.length > 0) scope.diagnostics.add(`These fields are required: [${missing.join(', ')}]`, location);
  checkEnd(state, fields, place);
  checkTemplates(state, place);
  checkRetriers(state.Retry, place);
  checkCatchers(state.Catch, place);
  checkSpecifics(state, place);
  return innerBlocks(state, place);
}

function checkEnd(state: Record<string, unknown>, fields: Set<string>, { location, scope }: StatePlace): void {
  if (!fields.has('Next') || (state.Next === undefined) !== (state.End !== true)) return;
  scope.diagnostics.add("Exactly one of 'Next' and 'End' is required", location);
}

function checkSpecifics(state: Record<string, unknown>, place: StatePlace): void {
  if (state.Type === 'Task') checkResource(state.Resource, place);
  if (state.Type === 'Choice') checkRules(state.Choices, place);
  if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined)) {
    place.scope.diagnostics.add("Exactly one of 'Seconds' and 'Timestamp' is required", place.location);
  }
}

function checkResource(resource: unknown, { name, location, scope }: StatePlace): void {
  if (typeof resource !== 'string') return;
  const suffix = /\.(waitForTaskToken|sync)/.exec(resource)?.[1];
  if (scope.type === 'EXPRESS' && suffix) {
    const problem = `Express state machine does not support '.${suffix}' service integration`;
    scope.diagnostics.add(problem, `${location}/Resource`);
  }
  if (!resource.startsWith('arn:')) {
    scope.diagnostics.add('Value is not a valid resource ARN', `${location}/Resource`);
    return;
  }
  if (integrationOf(resource)) return;
  throw new UnsupportedError(
    `State machine ${scope.machine}, state "${name}": the embedded cloud does not model the resource ${resource}.`,
  );
}

function checkRules(rules: unknown, place: StatePlace): void {
  if (rules === undefined) return;
  const location = `${place.location}/Choices`;
  if (!Array.isArray(rules) || rules.length === 0) {
    place.scope.diagnostics.add('Value cannot be empty', location);
    return;
  }
  for (const [index, rule] of rules.entries()) {
    const at = { ...place, location: `${location}[${index}]` };
    if (!isObject(rule)) {
      place.scope.diagnostics.add('Expected value of type Object', at.location);
      return;
    }
    checkFields(rule, RULE_FIELDS, at);
    checkTemplates(rule, at);
    const missing = ['Condition', 'Next'].filter((field) => rule[field] === undefined);
    if (missing.length > 0)
      place.scope.diagnostics.add(`These fields are required: [${missing.join(', ')}]`, at.location);
    if (typeof rule.Condition === 'string' && expressionOf(rule.Condition) === undefined) {
      place.scope.diagnostics.add('Value is not a JSONata expression', `${at.location}/Condition`);
    }
  }
}

function innerBlocks(state: Record<string, unknown>, place: StatePlace): InnerBlock[] {
  const { location, scope } = place;
  if (state.Type === 'Map' && isObject(state.ItemProcessor)) {
    return [{ block: inlineProcessor(state.ItemProcessor, place), location: `${location}/ItemProcessor` }];
  }
  if (state.Type !== 'Parallel' || state.Branches === undefined) return [];
  const branches = Array.isArray(state.Branches) ? state.Branches.filter(isObject) : [];
  if (branches.length === 0) scope.diagnostics.add('Value cannot be empty', `${location}/Branches`);
  return branches.map((block, index) => ({ block, location: `${location}/Branches[${index}]` }));
}

function inlineProcessor(processor: Record<string, unknown>, { name, scope }: StatePlace): Record<string, unknown> {
  const config = isObject(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
  if (config.Mode !== undefined && config.Mode !== 'INLINE') {
    const problem = `the embedded cloud runs a Map in the mode INLINE only, not ${config.Mode}`;
    throw new UnsupportedError(`State machine ${scope.machine}, state "${name}": ${problem}.`);
  }
  return processor;
}
