import type { Lack } from './lacks.ts';

/** The part of a CloudFormation template that is looked at. */
export interface Template {
  Resources: Record<string, Resource>;
  [section: string]: unknown;
}

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
  [attribute: string]: unknown;
}

export interface Stubbed {
  type: string;
  /** CDK's path of the construct, or the logical id. */
  resource: string;
  why: string;
}

/** The one type of CloudFormation that makes nothing at all. */
const NOTHING = 'AWS::CloudFormation::WaitConditionHandle';

/**
 * The template with nothing in the place of each resource that is lacking, and with made-up text wherever something
 * refers to it. The id stays, so that what depends on it still does.
 */
export function stub(template: Template, lacks: Lack[]): { template: Template; stubbed: Stubbed[] } {
  const missing = Object.entries(template.Resources).flatMap(([id, resource]) => {
    const lack = lacks.find((candidate) => isLacking(resource, candidate));
    return lack ? [{ id, resource, lack }] : [];
  });
  if (missing.length === 0) return { template, stubbed: [] };
  const ids = new Set(missing.map(({ id }) => id));
  const rest = withoutReferences(template, ids) as Template;
  for (const { id, resource, lack } of missing) {
    const { DependsOn, Condition, Metadata } = resource;
    const Stubbed = `${resource.Type}: ${lack.why}`;
    rest.Resources[id] = {
      Type: NOTHING,
      ...(DependsOn !== undefined && { DependsOn }),
      ...(Condition !== undefined && { Condition }),
      Metadata: { ...Metadata, Stubbed },
    };
  }
  const stubbed = missing.map(({ id, resource, lack: { why } }) => ({
    type: resource.Type,
    resource: String(resource.Metadata?.['aws:cdk:path'] ?? id),
    why,
  }));
  return { template: rest, stubbed };
}

function isLacking({ Type, Properties = {} }: Resource, { type, property }: Lack): boolean {
  return Type === type && (property === undefined || property in Properties);
}

function withoutReferences(value: unknown, ids: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutReferences(item, ids));
  if (typeof value !== 'object' || value === null) return value;
  return textFor(value, ids) ?? mapValues(value, (item) => withoutReferences(item, ids));
}

/** What stands in the place of a reference to one of these; undefined if the object is none. */
function textFor(value: object, ids: Set<string>): unknown {
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value as Record<string, unknown>;
  if (typeof Ref === 'string' && ids.has(Ref)) return nameFor(Ref);
  const [id = '', name] =
    typeof attribute === 'string' ? attribute.split('.') : Array.isArray(attribute) ? attribute : [];
  if (ids.has(id)) return nameFor(id, name);
  if (text === undefined) return undefined;
  const [pattern, variables] = Array.isArray(text) ? text : [text];
  const replaced = String(pattern).replaceAll(/\$\{(\w+)(?:\.([\w.]+))?\}/g, (whole, target: string, part?: string) =>
    ids.has(target) ? nameFor(target, part) : whole,
  );
  return { 'Fn::Sub': variables ? [replaced, withoutReferences(variables, ids)] : replaced };
}

function nameFor(id: string, attribute?: string): string {
  return ['stub', id, attribute].filter(Boolean).join('-');
}

function mapValues(object: object, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
