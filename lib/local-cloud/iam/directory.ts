import type { Account } from '../core/account.ts';
import { AwsError, UnsupportedError } from '../core/aws-error.ts';
import { roleName } from '../core/role-session.ts';
import type { PolicyDocument } from '../core/service.ts';
import { awsManagedPolicy, isAwsManaged } from './aws-managed-policies.ts';
import { compilePolicy, type Statement } from './statement.ts';

/** A policy as it was written, and as it is evaluated. */
export interface Policy {
  document: PolicyDocument;
  statements: Statement[];
}

export interface Role {
  name: string;
  arn: string;
  path: string;
  trustPolicy: PolicyDocument;
  trust: Statement[];
  /** Policies that belong to this role alone, by the name they are known under. */
  inline: Map<string, Policy>;
  /** ARNs of attached managed policies. */
  attached: Set<string>;
  boundaryArn: string | undefined;
  createdAtMs: number;
}

/** The roles and policies of the account. Policies come after the roles they are for, so roles change. */
export class Directory {
  readonly #account: Account;
  readonly #roles = new Map<string, Role>();
  readonly #managed = new Map<string, Policy>();
  readonly #onChange: () => void;

  constructor(account: Account, onChange: () => void) {
    this.#account = account;
    this.#onChange = onChange;
  }

  roles(): Role[] {
    return [...this.#roles.values()];
  }

  /** Throws NoSuchEntity as IAM does. */
  role(nameOrArn: string): Role {
    const name = roleName(nameOrArn);
    const role = this.#roles.get(name);
    if (role && (nameOrArn === name || nameOrArn === role.arn)) return role;
    throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  }

  roleByArn(arn: string): Role | undefined {
    const role = this.#roles.get(roleName(arn));
    return role?.arn === arn ? role : undefined;
  }

  addRole(role: Role): void {
    if (this.#roles.has(role.name)) {
      throw new AwsError('EntityAlreadyExists', `Role with name ${role.name} already exists.`, 409);
    }
    for (const arn of [...role.attached, role.boundaryArn ?? []].flat()) this.managedPolicy(arn, `Role ${role.name}`);
    this.#roles.set(role.name, role);
    this.#onChange();
  }

  putInlinePolicy(roleName: string, policyName: string, document: PolicyDocument): void {
    const owner = `Policy ${policyName} of role ${roleName}`;
    const statements = compilePolicy(document, owner, this.#account);
    this.role(roleName).inline.set(policyName, { document, statements });
    this.#onChange();
  }

  addManagedPolicy(arn: string, document: PolicyDocument, roleNames: string[]): void {
    this.#managed.set(arn, { document, statements: compilePolicy(document, `Managed policy ${arn}`, this.#account) });
    for (const name of roleNames) this.role(name).attached.add(arn);
    this.#onChange();
  }

  /** A managed policy, of this account or of AWS; `user` names who needs it. */
  managedPolicy(arn: string, user: string): Policy {
    const policy = this.findManagedPolicy(arn);
    if (policy) return policy;
    throw new UnsupportedError(`${user} uses the managed policy ${arn}, which is not modelled.`);
  }

  findManagedPolicy(arn: string): Policy | undefined {
    const known = this.#managed.get(arn);
    if (known) return known;
    const document = isAwsManaged(arn) ? awsManagedPolicy(arn) : undefined;
    if (!document) return undefined;
    const policy = { document, statements: compilePolicy(document, arn, this.#account) };
    this.#managed.set(arn, policy);
    return policy;
  }

  /** Everything that the role's own and attached policies say. */
  identityPolicies(role: Role): Statement[] {
    const attached = [...role.attached].map((arn) => this.managedPolicy(arn, `Role ${role.name}`));
    return [...role.inline.values(), ...attached].flatMap(({ statements }) => statements);
  }

  boundary(role: Role): Statement[] | undefined {
    return role.boundaryArn ? this.managedPolicy(role.boundaryArn, `Role ${role.name}`).statements : undefined;
  }
}
