import { evaluate, type Scope } from './intrinsics.ts';
import { isObject, TemplateError } from './template.ts';

type ConditionFunction = (operands: unknown[], scope: Scope) => boolean;

/** The functions of the `Conditions` and `Rules` sections; the last three exist in rules only. */
const FUNCTIONS: Record<string, ConditionFunction> = {
  'Fn::Equals': ([left, right], scope) => same(evaluate(left, scope), evaluate(right, scope)),
  'Fn::And': (operands, scope) => operands.every((operand) => evaluateCondition(operand, scope)),
  'Fn::Or': (operands, scope) => operands.some((operand) => evaluateCondition(operand, scope)),
  'Fn::Not': ([operand], scope) => !evaluateCondition(operand, scope),
  'Fn::Contains': ([list, value], scope) => contains(evaluate(list, scope), evaluate(value, scope)),
  'Fn::EachMemberEquals': ([list, value], scope) => {
    const expected = evaluate(value, scope);
    return members(evaluate(list, scope)).every((member) => same(member, expected));
  },
  'Fn::EachMemberIn': ([list, allowed], scope) => {
    const known = evaluate(allowed, scope);
    return members(evaluate(list, scope)).every((member) => contains(known, member));
  },
};

export function isConditionFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name);
}

/** Evaluates an expression of the `Conditions` or the `Rules` section. */
export function evaluateCondition(expression: unknown, scope: Scope): boolean {
  if (!isObject(expression)) {
    throw new TemplateError(`A condition has to be a condition function, not ${JSON.stringify(expression)}.`);
  }
  const [name = '', argument] = Object.entries(expression)[0] ?? [];
  if (name === 'Condition') return scope.condition(String(argument));
  const run = FUNCTIONS[name];
  if (!run) throw new TemplateError(`The condition function ${name} is not run by the embedded cloud.`);
  return run(members(argument), scope);
}

/** Parameters are strings in CloudFormation, so that 1 and "1" are the same. */
function same(left: unknown, right: unknown): boolean {
  if (typeof left === 'object' || typeof right === 'object') return JSON.stringify(left) === JSON.stringify(right);
  return String(left) === String(right);
}

function contains(list: unknown, value: unknown): boolean {
  return members(list).some((member) => same(member, value));
}

function members(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(`A condition function needs a list, not ${JSON.stringify(value)}.`);
}
