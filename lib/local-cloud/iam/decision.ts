import type { AccessRequest, Statement } from './statement.ts';

/** Every policy that has a say in a request. */
export interface ApplicablePolicies {
  identity: Statement[];
  /** Undefined when the role has none. */
  boundary: Statement[] | undefined;
  resource: Statement[];
}

/** Why a request is refused, in the words that AWS ends its sentence with; undefined when it is allowed. */
export type Refusal = string | undefined;

/**
 * The decision that AWS takes within one account: a Deny anywhere wins; else an identity policy or the resource's own
 * policy has to allow. A service that acts by itself has no identity policies. A KMS key trusts identity policies
 * only if its own policy names the account.
 */
export function decide(policies: ApplicablePolicies, request: AccessRequest): Refusal {
  return findDeny(policies, request) ?? findMissingAllow(policies, request);
}

function findDeny({ identity, boundary, resource }: ApplicablePolicies, request: AccessRequest): Refusal {
  const denies = (statement: Statement) => statement.effect === 'Deny' && statement.applies(request);
  if (identity.some(denies)) return 'with an explicit deny in an identity-based policy';
  const denied = resource.some((statement) => statement.principal(request.caller) !== 'none' && denies(statement));
  if (denied) return 'with an explicit deny in a resource-based policy';
  return boundary?.some(denies) ? 'with an explicit deny in a permissions boundary' : undefined;
}

function findMissingAllow({ identity, boundary, resource }: ApplicablePolicies, request: AccessRequest): Refusal {
  const allows = (statement: Statement) => statement.effect === 'Allow' && statement.applies(request);
  if (boundary && !boundary.some(allows)) return missing('permissions boundary', request);

  const grants = resource.filter(allows).map((statement) => statement.principal(request.caller));
  if (grants.includes('direct')) return undefined;
  if (request.caller.kind === 'service') return missing('resource-based policy', request);
  if (needsDelegation(request) && !grants.includes('account')) return missing('resource-based policy', request);
  return identity.some(allows) ? undefined : missing('identity-based policy', request);
}

/** On a KMS key even the account's administrators can do only what the key policy hands over to the account. */
function needsDelegation({ action, resourceArn }: AccessRequest): boolean {
  return action.startsWith('kms:') && resourceArn.includes(':key/');
}

function missing(policyType: string, { action }: AccessRequest): Refusal {
  return `because no ${policyType} allows the ${action} action`;
}
