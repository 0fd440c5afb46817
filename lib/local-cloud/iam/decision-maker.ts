import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { sessionArn } from '../core/role-session.ts';
import type { Caller, ConditionKeys } from '../core/service.ts';
import { decide, type Refusal } from './decision.ts';
import type { Directory } from './directory.ts';
import { requestKeys } from './request-keys.ts';
import type { ResourcePolicies } from './resource-policies.ts';
import type { AccessRequest } from './statement.ts';

// Far more than the pairs of caller, action and resource that a shop has; it bounds memory when ARNs never repeat.
const MOST_REMEMBERED = 10_000;

/** Decides, and remembers decisions until a policy changes: the same few callers do the same things all day. */
export class DecisionMaker {
  readonly #account: Account;
  readonly #directory: Directory;
  readonly #resourcePolicies: ResourcePolicies;
  readonly #remembered = new Map<string, Refusal>();

  constructor(account: Account, directory: Directory, resourcePolicies: ResourcePolicies) {
    this.#account = account;
    this.#directory = directory;
    this.#resourcePolicies = resourcePolicies;
  }

  forget(): void {
    this.#remembered.clear();
  }

  /** Throws AccessDeniedException in AWS's words unless the caller may. */
  authorize(caller: Caller, action: string, resourceArn: string, keys?: ConditionKeys): void {
    if (caller.kind === 'operator') return;
    const refusal = this.#refusal(caller, action, resourceArn, keys);
    if (!refusal) return;
    const who = caller.kind === 'role' ? sessionArn(this.#account, caller.roleArn) : caller.principal;
    throw new AwsError(
      'AccessDeniedException',
      `User: ${who} is not authorized to perform: ${action} on resource: ${resourceArn} ${refusal}`,
    );
  }

  #refusal(caller: Exclude<Caller, { kind: 'operator' }>, action: string, arn: string, keys?: ConditionKeys): Refusal {
    const who = caller.kind === 'role' ? caller.roleArn : `${caller.principal} ${caller.sourceArn}`;
    const question = `${who} ${action} ${arn} ${keys ? JSON.stringify(keys) : ''}`;
    if (this.#remembered.has(question)) return this.#remembered.get(question);

    const request = { caller, action, resourceArn: arn, keys: requestKeys(this.#account, caller, keys) };
    const refusal = this.#decide(request);
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(question, refusal);
    return refusal;
  }

  #decide(request: AccessRequest): Refusal {
    const resource = this.#resourcePolicies.of(request.resourceArn);
    const role = request.caller.kind === 'role' ? this.#directory.roleByArn(request.caller.roleArn) : undefined;
    const identity = role ? this.#directory.identityPolicies(role) : [];
    const boundary = role ? this.#directory.boundary(role) : undefined;
    return decide({ identity, boundary, resource }, request);
  }
}
