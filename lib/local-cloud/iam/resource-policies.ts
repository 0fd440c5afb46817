import type { Account } from '../core/account.ts';
import type { PolicyDocument } from '../core/service.ts';
import { compilePolicy, type Statement } from './statement.ts';
import { compileWildcard } from './wildcard.ts';

interface PatternPolicy {
  covers(arn: string): boolean;
  statements: Statement[];
}

/** The policies of resources. One attached to a pattern (`arn:aws:logs:...:*`) counts for all resources it covers. */
export class ResourcePolicies {
  readonly #account: Account;
  readonly #byArn = new Map<string, Statement[]>();
  readonly #byPattern: PatternPolicy[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  /** Adds the statements to those that the resource has: Lambda's permissions come one by one. */
  attach(resourceArn: string, policy: PolicyDocument): void {
    const statements = compilePolicy(policy, `Policy of ${resourceArn}`, this.#account);
    if (resourceArn.includes('*')) {
      this.#byPattern.push({ covers: compileWildcard(resourceArn), statements });
      return;
    }
    this.#byArn.set(resourceArn, [...(this.#byArn.get(resourceArn) ?? []), ...statements]);
  }

  of(resourceArn: string): Statement[] {
    const own = this.#byArn.get(resourceArn) ?? [];
    const covering = this.#byPattern.filter((policy) => policy.covers(resourceArn));
    return [...own, ...covering.flatMap((policy) => policy.statements)];
  }
}
