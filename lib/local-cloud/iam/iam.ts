import type { Account } from '../core/account.ts';
import { Clock } from '../core/clock.ts';
import { type Authorizer, type Caller, OPERATOR, type ServiceModule } from '../core/service.ts';
import { CredentialStore } from './credentials.ts';
import { DecisionMaker } from './decision-maker.ts';
import { Directory } from './directory.ts';
import { policyOperations } from './policy-operations.ts';
import { ResourcePolicies } from './resource-policies.ts';
import { iamResourceTypes } from './resource-types.ts';
import { roleOperations } from './role-operations.ts';
import { assertTrusts } from './trust.ts';

export interface Iam extends Authorizer, ServiceModule {
  /** The role that {@link Authorizer.credentialsFor} issued this access key to. */
  roleOf(accessKeyId: string): string | undefined;
  /** The caller behind an access key: a role, or the operator for any key that was not issued here. */
  callerOf(accessKeyId: string): Caller;
}

/** IAM: the roles and policies of the templates, and the decision about every call that is made under them. */
export function createIam(account: Account, clock = new Clock()): Iam {
  const resourcePolicies = new ResourcePolicies(account);
  const directory = new Directory(account, () => decisions.forget());
  const decisions = new DecisionMaker(account, directory, resourcePolicies);
  const credentials = new CredentialStore();

  return {
    name: 'iam',
    protocol: { kind: 'query', apiVersion: '2010-05-08', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
    operations: { ...roleOperations(directory), ...policyOperations(directory) },
    resourceTypes: iamResourceTypes(account, clock, directory),
    authorize: (caller, action, resourceArn, keys) => decisions.authorize(caller, action, resourceArn, keys),
    attachResourcePolicy(resourceArn, policy) {
      resourcePolicies.attach(resourceArn, policy);
      decisions.forget();
    },
    credentialsFor(roleArn, servicePrincipal, sourceArn) {
      const role = directory.role(roleArn);
      if (servicePrincipal) assertTrusts(role, { kind: 'service', principal: servicePrincipal, sourceArn }, account);
      return credentials.issue(role.arn);
    },
    credentialsOf: (accessKeyId) => credentials.of(accessKeyId),
    roleOf: (accessKeyId) => credentials.roleOf(accessKeyId),
    callerOf(accessKeyId) {
      const roleArn = credentials.roleOf(accessKeyId);
      return roleArn ? { kind: 'role', roleArn } : OPERATOR;
    },
  };
}
