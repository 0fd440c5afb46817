import type { Account } from '../core/account.ts';
import type { Caller, ConditionKeys } from '../core/service.ts';
import { roleId } from '../core/stable-id.ts';
import { literal } from './wildcard.ts';

/** The condition keys of one request. IAM compares their names without case, so they are kept in lower case. */
export type RequestKeys = ReadonlyMap<string, string[]>;

/** The name of every role session here. AWS takes it from whoever assumes the role. */
export const SESSION_NAME = 'session';

export function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

/** `arn:aws:sts::000000000000:assumed-role/OrderRole/session`: how AWS names a caller that runs under a role. */
export function sessionArn(account: Account, roleArn: string): string {
  return `arn:aws:sts::${account.id}:assumed-role/${roleName(roleArn)}/${SESSION_NAME}`;
}

/** The global condition keys that the caller gives rise to, and the keys of the service beside them. */
export function requestKeys(account: Account, caller: Caller, serviceKeys: ConditionKeys = {}): RequestKeys {
  const keys: ConditionKeys = {
    'aws:RequestedRegion': account.region,
    'aws:ResourceAccount': account.id,
    // Calls never leave this machine, so the policies that refuse plain HTTP have nothing to protect.
    'aws:SecureTransport': 'true',
    ...callerKeys(account, caller),
    ...serviceKeys,
  };
  return new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
}

function callerKeys(account: Account, caller: Caller): ConditionKeys {
  switch (caller.kind) {
    case 'operator':
      return { 'aws:PrincipalAccount': account.id };
    case 'role':
      return {
        'aws:PrincipalArn': caller.roleArn,
        'aws:PrincipalAccount': account.id,
        'aws:PrincipalType': 'AssumedRole',
        'aws:PrincipalIsAWSService': 'false',
        'aws:userid': `${roleId(roleName(caller.roleArn))}:${SESSION_NAME}`,
      };
    case 'service':
      return {
        'aws:SourceArn': caller.sourceArn,
        'aws:SourceAccount': caller.sourceArn.split(':')[4] || account.id,
        'aws:PrincipalServiceName': caller.principal,
        'aws:PrincipalIsAWSService': 'true',
      };
  }
}

/** Fills in the variables of a policy text (`${aws:PrincipalArn}`); undefined when the request lacks one of them. */
export function expandVariables(text: string, keys: RequestKeys): string | undefined {
  if (!text.includes('${')) return text;
  let complete = true;
  const expanded = text.replace(/\$\{([^}]+)\}/g, (_, expression: string) => {
    if (['*', '?', '$'].includes(expression)) return literal(expression);
    const [key = '', fallback] = expression.split(/\s*,\s*/);
    const value = keys.get(key.toLowerCase())?.[0] ?? fallback?.replace(/^'|'$/g, '');
    complete &&= value !== undefined;
    return literal(value ?? '');
  });
  return complete ? expanded : undefined;
}
