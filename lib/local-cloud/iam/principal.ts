import type { Account } from '../core/account.ts';
import { sessionArn } from '../core/role-session.ts';
import type { Caller } from '../core/service.ts';

/**
 * How a Principal element meets a caller. `account`: it names the whole account, which hands the decision over to
 * the identity policies of the account's roles, and grants nothing by itself.
 */
export type PrincipalMatch = 'direct' | 'account' | 'none';

export type PrincipalTest = (caller: Caller) => PrincipalMatch;

/** Compiles the Principal element of a resource policy or a trust policy. */
export function compilePrincipal(principal: unknown, account: Account): PrincipalTest {
  const { services, identities } = parse(principal, account);
  const accountNames = [account.id, `arn:aws:iam::${account.id}:root`];
  return (caller) => {
    if (identities.has('*')) return 'direct';
    if (caller.kind === 'service') return services.has(globalName(caller.principal, account)) ? 'direct' : 'none';
    if (caller.kind === 'operator') return 'none';
    if (identities.has(caller.roleArn) || identities.has(sessionArn(account, caller.roleArn))) return 'direct';
    return accountNames.some((name) => identities.has(name)) ? 'account' : 'none';
  };
}

function parse(principal: unknown, account: Account): { services: Set<string>; identities: Set<string> } {
  if (principal === '*') return { services: new Set(), identities: new Set(['*']) };
  const { Service = [], AWS = [] } = (principal ?? {}) as Record<string, string | string[]>;
  return {
    services: new Set([Service].flat().map((name) => globalName(name, account))),
    identities: new Set([AWS].flat()),
  };
}

/** `states.us-east-1.amazonaws.com` and `states.amazonaws.com` are the same service. */
function globalName(servicePrincipal: string, account: Account): string {
  return servicePrincipal.replace(`.${account.region}.amazonaws.com`, '.amazonaws.com');
}
