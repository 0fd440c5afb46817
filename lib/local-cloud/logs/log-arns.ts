import type { Account } from '../core/account.ts';

/** ARNs of log groups as CloudFormation gives them, and of streams as IAM checks them. */
export interface LogArns {
  group(name: string): string;
  /** An empty stream name stands for the group itself: IAM sees `...:log-group:<group>:log-stream:`. */
  stream(group: string, stream: string): string;
}

export function createLogArns(account: Account): LogArns {
  return {
    group: (name) => account.arn('logs', `log-group:${name}:*`),
    stream: (group, stream) => account.arn('logs', `log-group:${group}:log-stream:${stream}`),
  };
}
