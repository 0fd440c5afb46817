import { getAttParts, PLACEHOLDER, subParts } from './intrinsics.ts';
import { asIntrinsic, isObject } from './template.ts';

/** The logical ids and parameter names that a value of a template mentions through Ref, Fn::GetAtt and Fn::Sub. */
export function referencesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    for (const element of value) referencesIn(element, found);
    return found;
  }
  if (!isObject(value)) return found;
  const [name, argument] = asIntrinsic(value) ?? [];
  if (name === 'Ref' && typeof argument === 'string') return found.add(argument);
  if (name === 'Fn::GetAtt') found.add(getAttParts(argument)[0]);
  if (name === 'Fn::Sub') addPlaceholders(argument, found);
  for (const part of Object.values(value)) referencesIn(part, found);
  return found;
}

function addPlaceholders(argument: unknown, found: Set<string>): void {
  const [template, variables] = subParts(argument);
  for (const [, literal, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (!literal && !Object.hasOwn(variables, name)) found.add(name.split('.')[0] as string);
  }
}

/** Calls `visit` with the name and the argument of every intrinsic function in a value. */
export function visitIntrinsics(value: unknown, visit: (name: string, argument: unknown) => void): void {
  const intrinsic = asIntrinsic(value);
  if (intrinsic) visit(...intrinsic);
  if (typeof value !== 'object' || value === null) return;
  for (const part of Object.values(value)) visitIntrinsics(part, visit);
}
