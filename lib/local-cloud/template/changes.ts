import { isDeepStrictEqual } from 'node:util';
import type { StackTemplate } from './assembly.ts';
import type { Template } from './template.ts';

/** One resource that is not the same in two syntheses of a stack. */
export interface ResourceChange {
  logicalId: string;
  type: string;
  kind: 'added' | 'removed' | 'changed';
  /** The top-level properties that differ, when it was changed. */
  properties: string[];
}

/** What differs between two syntheses of a stack. */
export interface StackChanges {
  resources: ResourceChange[];
  /** Other sections that resources may depend on, such as `Parameters`. */
  sections: string[];
}

const SECTIONS = ['Parameters', 'Mappings', 'Conditions'];

export function compareStacks(before: StackTemplate, after: StackTemplate): StackChanges {
  const sections = SECTIONS.filter((name) => !isDeepStrictEqual(before.template[name], after.template[name]));
  const logicalIds = new Set([...Object.keys(before.template.Resources), ...Object.keys(after.template.Resources)]);
  const resources = [...logicalIds].map((logicalId) => compareResource(logicalId, before.template, after.template));
  return { sections, resources: resources.filter((change) => change !== undefined) };
}

function compareResource(logicalId: string, before: Template, after: Template): ResourceChange | undefined {
  const old = before.Resources[logicalId];
  const now = after.Resources[logicalId];
  const type = (now ?? old)?.Type as string;
  if (!old || !now) return { logicalId, type, kind: old ? 'removed' : 'added', properties: [] };
  const properties = changedKeys(old.Properties, now.Properties);
  const isSame = properties.length === 0 && old.Type === now.Type && old.Condition === now.Condition;
  return isSame ? undefined : { logicalId, type, kind: 'changed', properties };
}

function changedKeys(before: Record<string, unknown> = {}, after: Record<string, unknown> = {}): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key]));
}
