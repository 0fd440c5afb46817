import type { Account } from '../core/account.ts';
import { sessionUserId } from '../core/role-session.ts';
import type { Caller, ConditionKeys } from '../core/service.ts';
import { literal } from './wildcard.ts';

/** The condition keys of one request. IAM compares their names without case, so they are kept in lower case. */
export type RequestKeys = ReadonlyMap<string, string[]>;

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
        'aws:userid': sessionUserId(caller.roleArn),
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
