import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Caller } from '../core/service.ts';
import { decide } from './decision.ts';
import type { Role } from './directory.ts';
import { requestKeys } from './request-keys.ts';

/** The service that wants to act under a role; `sourceArn` is the resource that it acts for, if it says. */
interface ServiceAssuming {
  kind: 'service';
  principal: string;
  sourceArn: string | undefined;
}

/** Throws AccessDenied unless the role's trust policy lets the service assume the role. */
export function assertTrusts(role: Role, service: ServiceAssuming, account: Account): void {
  const caller: Caller = { ...service, sourceArn: service.sourceArn ?? '' };
  const keys = new Map(requestKeys(account, caller));
  if (!service.sourceArn) keys.delete('aws:sourcearn');
  const request = { caller, action: 'sts:AssumeRole', resourceArn: role.arn, keys };
  if (!decide({ identity: [], boundary: undefined, resource: role.trust }, request)) return;
  throw new AwsError(
    'AccessDenied',
    `User: ${service.principal} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`,
    403,
  );
}
