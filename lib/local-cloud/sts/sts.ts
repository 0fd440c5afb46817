import { sessionArn, sessionUserId } from '../core/role-session.ts';
import type { CallContext, CloudContext, Operation, ServiceModule } from '../core/service.ts';

interface CallerIdentity {
  UserId: string;
  Account: string;
  Arn: string;
}

/** STS: who am I? Everybody may ask; AWS asks no policy either. */
export function createSts({ account }: CloudContext): ServiceModule {
  const getCallerIdentity: Operation<object, CallerIdentity> = {
    accepts: {},
    resources: () => [],
    run: (_, context) => ({ ...identify(context), Account: account.id }),
  };

  const identify = ({ caller }: CallContext): Omit<CallerIdentity, 'Account'> => {
    if (caller.kind === 'service') return { UserId: caller.principal, Arn: caller.sourceArn };
    if (caller.kind === 'operator') return { UserId: account.id, Arn: account.arn('iam', 'root') };
    return { UserId: sessionUserId(caller.roleArn), Arn: sessionArn(account, caller.roleArn) };
  };

  return {
    name: 'sts',
    protocol: { kind: 'query', apiVersion: '2011-06-15', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
    operations: { GetCallerIdentity: getCallerIdentity },
    resourceTypes: [],
  };
}
