import type { PolicyDocument, PolicyStatement } from '../core/service.ts';

const INVOKE = 'execute-api:Invoke';

/** Whether the policy that a Lambda authorizer returned lets its caller invoke this route. A Deny wins. */
export function allowsInvoke(policy: PolicyDocument, routeArn: string): boolean {
  const statements = [policy.Statement].flat().filter((statement) => applies(statement, routeArn));
  return statements.length > 0 && statements.every((statement) => statement.Effect === 'Allow');
}

function applies(statement: PolicyStatement, routeArn: string): boolean {
  // Nothing here evaluates conditions: an Allow that depends on one allows nothing, a Deny always denies.
  if (statement.Condition && statement.Effect === 'Allow') return false;
  const action = matchesAny(statement.Action, INVOKE, true) || misses(statement.NotAction, INVOKE, true);
  const resource = matchesAny(statement.Resource, routeArn, false) || misses(statement.NotResource, routeArn, false);
  return action && resource;
}

function misses(patterns: string | string[] | undefined, value: string, ignoreCase: boolean): boolean {
  return patterns !== undefined && !matchesAny(patterns, value, ignoreCase);
}

function matchesAny(patterns: string | string[] | undefined, value: string, ignoreCase: boolean): boolean {
  if (patterns === undefined) return false;
  return [patterns].flat().some((pattern) => wildcard(pattern, ignoreCase).test(value));
}

function wildcard(pattern: string, ignoreCase: boolean): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}
