import type { PropertyShape, ResourceType } from '../core/service.ts';
import type { StackTemplate } from './assembly.ts';
import { isConditionFunction } from './conditions.ts';
import { isKnownIntrinsic, NO_VALUE, type Scope } from './intrinsics.ts';
import { referencesIn, visitIntrinsics } from './references.ts';
import { NotYetKnown } from './scope.ts';
import { asIntrinsic, isObject, type TemplateResource } from './template.ts';

const KNOWN_SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
]);

/** What happens on update and deletion is no matter: the embedded cloud is always made anew. */
const KNOWN_ATTRIBUTES = new Set([
  'Condition',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdatePolicy',
  'UpdateReplacePolicy',
]);

/** A handler as the template reader sees it. */
export interface KnownType extends ResourceType {
  /** Custom resources and types without effect take what they get. */
  acceptsAnyProperty?: boolean;
}

export type TypeLookup = (type: string) => KnownType | undefined;

/** `BazaarOrder/OrderTable (AWS::DynamoDB::Table)`: the path the developer wrote, not the hashed logical id. */
export function resourceLabel(stack: StackTemplate, logicalId: string): string {
  const path = stack.paths.get(logicalId)?.replace(/(\/Resource)?(\/Default)?$/, '') ?? `${stack.name}/${logicalId}`;
  return `${path} (${stack.template.Resources[logicalId]?.Type})`;
}

/** A sentence for everything in a stack that the embedded cloud does not run, or that is broken; nothing is created. */
export function problemsOf(stack: StackTemplate, types: TypeLookup, planned: Scope): string[] {
  const problems = sectionProblems(stack);
  for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
    if (resource.Condition && decide(resource.Condition, planned) === false) continue;
    const label = resourceLabel(stack, logicalId);
    problems.push(
      ...resourceProblems(resource, types(resource.Type), planned).map((problem) => `${label}: ${problem}`),
    );
    problems.push(
      ...danglingIn(stack, resource).map((name) => `${label}: refers to ${name}, which the template does not define.`),
    );
  }
  return problems;
}

/** A sentence for every property that the type's handler does not know. */
export function propertyProblems(properties: unknown, type: KnownType, planned?: Scope): string[] {
  if (type.acceptsAnyProperty) return [];
  return unknownProperties(properties, type.properties, planned).map(
    (path) => `the property ${path} is not run by the embedded cloud.`,
  );
}

function sectionProblems(stack: StackTemplate): string[] {
  const problems: string[] = [];
  for (const section of Object.keys(stack.template)) {
    // The extensions are ordinary functions here; a template that uses Fn::ForEach is refused for that.
    if (section === 'Transform' && stack.template.Transform === 'AWS::LanguageExtensions') continue;
    if (KNOWN_SECTIONS.has(section)) continue;
    problems.push(`${stack.name}: the template section ${section} is not run by the embedded cloud.`);
  }
  visitIntrinsics({ ...stack.template, Rules: undefined }, (name) => {
    if (isKnownIntrinsic(name) || isConditionFunction(name)) return;
    problems.push(`${stack.name}: the function ${name} is not run by the embedded cloud.`);
  });
  return problems;
}

function resourceProblems(resource: TemplateResource, type: KnownType | undefined, planned: Scope): string[] {
  if (!type) return ['the resource type is not run by the embedded cloud.'];
  const attributes = Object.keys(resource).filter((attribute) => !KNOWN_ATTRIBUTES.has(attribute));
  return [
    ...attributes.map((attribute) => `the attribute ${attribute} is not run by the embedded cloud.`),
    ...propertyProblems(resource.Properties, type, planned),
  ];
}

function danglingIn(stack: StackTemplate, resource: TemplateResource): string[] {
  const { Resources, Parameters = {} } = stack.template;
  const isDefined = (name: string) => Object.hasOwn(Resources, name) || Object.hasOwn(Parameters, name);
  const dependsOn = [resource.DependsOn ?? []].flat();
  const names = [...referencesIn(resource.Properties ?? {}), ...dependsOn];
  return [...new Set(names)].filter((name) => !name.startsWith('AWS::') && !isDefined(name));
}

/** Paths of all properties beneath `value` that `shape` does not have, such as `Targets[0].EcsParameters`. */
function unknownProperties(value: unknown, shape: PropertyShape, planned?: Scope, path = ''): string[] {
  const actual = planned ? chosenBranch(value, planned) : value;
  if (Array.isArray(actual)) {
    return actual.flatMap((element, index) => unknownProperties(element, shape, planned, `${path}[${index}]`));
  }
  if (!isObject(actual) || asIntrinsic(actual)) return [];
  return Object.entries(actual).flatMap(([name, part]) => {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const partPath = path ? `${path}.${name}` : name;
    if (known === undefined) return isAbsent(part, planned) ? [] : [partPath];
    return typeof known === 'object' ? unknownProperties(part, known, planned, partPath) : [];
  });
}

function isAbsent(value: unknown, planned?: Scope): boolean {
  const actual = planned ? chosenBranch(value, planned) : value;
  return actual === undefined || actual === NO_VALUE;
}

/** Looks through Fn::If where its condition can be told; other functions are judged when they are resolved. */
function chosenBranch(value: unknown, planned: Scope): unknown {
  const [name, argument] = asIntrinsic(value) ?? [];
  if (name === 'Ref' && argument === 'AWS::NoValue') return NO_VALUE;
  if (name !== 'Fn::If' || !Array.isArray(argument)) return value;
  const [condition, then, otherwise] = argument;
  const decided = decide(String(condition), planned);
  if (decided === undefined) return NO_VALUE;
  return chosenBranch(decided ? then : otherwise, planned);
}

/** Undefined when the condition hangs on something that only exists later. */
function decide(condition: string, planned: Scope): boolean | undefined {
  try {
    return planned.condition(condition);
  } catch (error) {
    if (error instanceof NotYetKnown) return undefined;
    throw error;
  }
}
