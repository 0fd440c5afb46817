import type { Account } from './account.ts';
import { roleId } from './stable-id.ts';

/** The name of every role session here. AWS takes it from whoever assumes the role. */
const SESSION_NAME = 'session';

export function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

/** `arn:aws:sts::000000000000:assumed-role/OrderRole/session`: how AWS names a caller that runs under a role. */
export function sessionArn(account: Account, roleArn: string): string {
  return `arn:aws:sts::${account.id}:assumed-role/${roleName(roleArn)}/${SESSION_NAME}`;
}

/** `AROA...:session`, the value of `aws:userid`. */
export function sessionUserId(roleArn: string): string {
  return `${roleId(roleName(roleArn))}:${SESSION_NAME}`;
}
