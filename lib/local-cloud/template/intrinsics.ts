import { asIntrinsic, isObject, type Mappings, TemplateError } from './template.ts';

/** What the names in a template stand for while one stack is created. */
export interface Scope {
  readonly region: string;
  readonly mappings: Mappings;
  /** A parameter, a pseudo parameter or a resource. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  /** The value that another stack exports under this name. */
  exported(name: string): unknown;
  stackOutput(stackName: string, outputName: string): unknown;
}

/** `AWS::NoValue`: the property that has it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (argument, scope) => scope.ref(text(argument, 'Ref')),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': sub,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::If': (argument, scope) => {
    const [condition, then, otherwise] = operands(argument, 'Fn::If', 3);
    return evaluateAny(scope.condition(text(condition, 'Fn::If')) ? then : otherwise, scope);
  },
  'Fn::FindInMap': findInMap,
  'Fn::ImportValue': (argument, scope) => scope.exported(text(evaluate(argument, scope), 'Fn::ImportValue')),
  'Fn::GetStackOutput': getStackOutput,
  'Fn::Base64': (argument, scope) => Buffer.from(text(evaluate(argument, scope), 'Fn::Base64')).toString('base64'),
  'Fn::GetAZs': (argument, scope) => {
    const region = evaluate(argument, scope) || scope.region;
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },
  'Fn::Length': (argument, scope) => list(evaluate(argument, scope), 'Fn::Length').length,
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(evaluate(argument, scope)),
};

export function isKnownIntrinsic(name: string): boolean {
  return Object.hasOwn(INTRINSICS, name);
}

/** Resolves every intrinsic function in a value of a template; a value that is `AWS::NoValue` becomes undefined. */
export function evaluate(value: unknown, scope: Scope): unknown {
  const result = evaluateAny(value, scope);
  return result === NO_VALUE ? undefined : result;
}

function evaluateAny(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => evaluateAny(element, scope)).filter((element) => element !== NO_VALUE);
  }
  if (!isObject(value)) return value;
  const intrinsic = asIntrinsic(value);
  if (!intrinsic) return evaluateProperties(value, scope);
  const [name, argument] = intrinsic;
  const run = INTRINSICS[name];
  if (!run) throw new TemplateError(`The function ${name} is not run by the embedded cloud.`);
  return run(argument, scope);
}

function evaluateProperties(properties: Record<string, unknown>, scope: Scope): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) {
    const evaluated = evaluateAny(value, scope);
    if (evaluated !== NO_VALUE) result[name] = evaluated;
  }
  return result;
}

/** `['Bus', 'Arn']`, `'Bus.Arn'`, or a list whose second element is a function. */
export function getAttParts(argument: unknown): [logicalId: string, attribute: unknown] {
  if (typeof argument === 'string' && argument.includes('.')) {
    const dot = argument.indexOf('.');
    return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  const [logicalId, attribute] = operands(argument, 'Fn::GetAtt', 2);
  return [text(logicalId, 'Fn::GetAtt'), attribute];
}

function getAtt(argument: unknown, scope: Scope): unknown {
  const [logicalId, attribute] = getAttParts(argument);
  return scope.attribute(logicalId, text(evaluate(attribute, scope), 'Fn::GetAtt'));
}

/** The string and the variables of both forms of `Fn::Sub`. */
export function subParts(argument: unknown): [template: string, variables: Record<string, unknown>] {
  if (typeof argument === 'string') return [argument, {}];
  const [template, variables] = operands(argument, 'Fn::Sub', 2);
  if (!isObject(variables)) throw new TemplateError('Fn::Sub: the second argument has to be a map of variables.');
  return [text(template, 'Fn::Sub'), variables];
}

/** `${Name}`, `${Name.Attribute}`, and `${!Literal}`, which stands for `${Literal}`. */
export const PLACEHOLDER = /\$\{\s*(!?)([^}]*?)\s*\}/g;

function sub(argument: unknown, scope: Scope): string {
  const [template, variables] = subParts(argument);
  return template.replace(PLACEHOLDER, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    return scalar(placeholderValue(name, variables, scope), `Fn::Sub \${${name}}`);
  });
}

function placeholderValue(name: string, variables: Record<string, unknown>, scope: Scope): unknown {
  if (Object.hasOwn(variables, name)) return evaluate(variables[name], scope);
  return name.includes('.') ? getAtt(name, scope) : scope.ref(name);
}

function join(argument: unknown, scope: Scope): string {
  const [delimiter, parts] = operands(argument, 'Fn::Join', 2);
  const values = list(evaluate(parts, scope), 'Fn::Join');
  return values.map((value) => scalar(value, 'Fn::Join')).join(text(delimiter, 'Fn::Join'));
}

function select(argument: unknown, scope: Scope): unknown {
  const [position, from] = operands(argument, 'Fn::Select', 2);
  const index = Number(evaluate(position, scope));
  const values = list(evaluate(from, scope), 'Fn::Select');
  if (!Number.isInteger(index) || index < 0 || index >= values.length) {
    throw new TemplateError(`Fn::Select cannot select nonexistent value at index ${index} of ${values.length}.`);
  }
  return values[index];
}

function split(argument: unknown, scope: Scope): string[] {
  const [delimiter, source] = operands(argument, 'Fn::Split', 2);
  return scalar(evaluate(source, scope), 'Fn::Split').split(text(delimiter, 'Fn::Split'));
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const [map, ...rest] = operands(argument, 'Fn::FindInMap', 3);
  const [name, top, second] = [map, rest[0], rest[1]].map((key) => scalar(evaluate(key, scope), 'Fn::FindInMap'));
  const found = scope.mappings[name as string]?.[top as string]?.[second as string];
  if (found !== undefined) return evaluateAny(found, scope);
  const fallback = rest[2];
  if (isObject(fallback) && Object.hasOwn(fallback, 'DefaultValue')) return evaluateAny(fallback.DefaultValue, scope);
  throw new TemplateError(`Fn::FindInMap: the mapping ${name} has no value for ${top}, ${second}.`);
}

function getStackOutput(argument: unknown, scope: Scope): unknown {
  const request = evaluate(argument, scope);
  if (!isObject(request)) throw new TemplateError('Fn::GetStackOutput needs StackName and OutputName.');
  const { StackName, OutputName, Region = scope.region } = request;
  if (Region !== scope.region) {
    throw new TemplateError(
      `Fn::GetStackOutput reads from ${Region}; the embedded cloud has one region, ${scope.region}.`,
    );
  }
  return scope.stackOutput(text(StackName, 'Fn::GetStackOutput'), text(OutputName, 'Fn::GetStackOutput'));
}

function operands(argument: unknown, name: string, atLeast: number): unknown[] {
  if (Array.isArray(argument) && argument.length >= atLeast) return argument;
  throw new TemplateError(`${name} needs a list of ${atLeast} arguments, not ${JSON.stringify(argument)}.`);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new TemplateError(`${name} needs a string, not ${JSON.stringify(value)}.`);
}

function list(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(`${name} needs a list, not ${JSON.stringify(value)}.`);
}

function scalar(value: unknown, name: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${name} needs a string, not ${JSON.stringify(value)}.`);
}
