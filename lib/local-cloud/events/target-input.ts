import { AwsError } from '../core/aws-error.ts';
import { fillTemplate, variablesOf } from './input-template.ts';
import { compileJsonPath } from './json-path.ts';
import { type BusEvent, isoSeconds, type Rule, type Target } from './model.ts';

const MOST_VARIABLES = 100;

/** Variables that EventBridge defines; the value of each depends on the event and the rule. */
const PREDEFINED: Record<string, (event: BusEvent, rule: Rule, now: number) => unknown> = {
  'aws.events.rule-arn': (_event, rule) => rule.arn,
  'aws.events.rule-name': (_event, rule) => rule.name,
  'aws.events.event.ingestion-time': (_event, _rule, now) => isoSeconds(now),
  'aws.events.event': ({ detail: _detail, ...event }) => event,
  'aws.events.event.json': (event) => event,
};

/** What a target gets of an event, as text: the event, a part of it, a constant, or a filled template. */
export function targetInput(target: Target, event: BusEvent, rule: Rule, now: number): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(compileJsonPath(target.InputPath)?.(event) ?? {});
  if (!target.InputTransformer) return JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer;
  return fillTemplate(InputTemplate, (variable) => {
    const predefined = Object.hasOwn(PREDEFINED, variable) ? PREDEFINED[variable] : undefined;
    if (predefined) return predefined(event, rule, now);
    return compileJsonPath(InputPathsMap[variable] ?? '')?.(event);
  });
}

/** Refuses what EventBridge refuses about the input of a target. */
export function checkTargetInput(target: Target): void {
  const ways = [target.Input, target.InputPath, target.InputTransformer].filter((way) => way !== undefined);
  if (ways.length > 1)
    refuse(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`);
  if (target.Input !== undefined && !isJson(target.Input))
    refuse(`JSON syntax error in input for target ${target.Id}.`);
  if (target.InputPath !== undefined) checkPath(target.InputPath, target.Id);
  if (target.InputTransformer) checkTransformer(target);
}

function checkTransformer({ Id, InputTransformer }: Target): void {
  const { InputPathsMap = {}, InputTemplate } = InputTransformer as NonNullable<Target['InputTransformer']>;
  const names = Object.keys(InputPathsMap);
  if (names.length > MOST_VARIABLES) refuse(`InputPathsMap for target ${Id} has more than ${MOST_VARIABLES} entries.`);
  const reserved = names.find((name) => /^aws\./i.test(name));
  if (reserved) refuse(`InputPathsMap for target ${Id} contains the reserved key ${reserved}.`);
  for (const path of Object.values(InputPathsMap)) checkPath(path, Id);
  if (!InputTemplate) refuse(`InputTemplate for target ${Id} is required.`);
  for (const variable of variablesOf(InputTemplate)) {
    if (names.includes(variable) || Object.hasOwn(PREDEFINED, variable)) continue;
    refuse(`InputTemplate for target ${Id} contains invalid placeholder <${variable}>.`);
  }
  // Several lines of text are a template too, each in quotes.
  const sample = fillTemplate(InputTemplate, () => 'x');
  if (!isJson(sample) && !sample.split('\n').every((line) => line.trim() === '' || isJson(line))) {
    refuse(`Invalid InputTemplate for target ${Id} : it is neither JSON nor lines of text in quotes.`);
  }
}

function checkPath(path: string, targetId: string): void {
  if (!compileJsonPath(path)) refuse(`InputPath for target ${targetId} is invalid: ${path}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function refuse(message: string): never {
  throw new AwsError('ValidationException', message);
}
