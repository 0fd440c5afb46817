import { AwsError } from '../core/aws-error.ts';
import { type Caller, type CloudContext, OPERATOR } from '../core/service.ts';
import { type Exchange, forbidden } from './exchange.ts';
import { requestArn } from './lambda-authorizer.ts';
import type { Identity } from './model.ts';

const CREDENTIAL = /^AWS4-HMAC-SHA256 .*Credential=([^/,\s]+)\//;

/**
 * Routes with `AWS_IAM`: the access key that signed the request says who calls, and IAM says whether that caller may
 * invoke the route. The signature itself is not computed again.
 */
export function authorizeByIam(context: CloudContext, exchange: Exchange): Identity {
  const accessKey = accessKeyOf(exchange);
  if (!accessKey) throw forbidden();
  const caller = context.iam.callerOf?.(accessKey) ?? OPERATOR;
  try {
    context.iam.authorize(caller, 'execute-api:Invoke', requestArn(context, exchange));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    exchange.authorizerError = error.message;
    context.log.warn(`HTTP API ${exchange.api.name}: ${error.message}`);
    throw forbidden();
  }
  const userArn = arnOf(context, caller);
  return {
    kind: 'iam',
    accessKey,
    accountId: context.account.id,
    userArn,
    userId: userArn.split('/').at(-1) ?? userArn,
  };
}

function accessKeyOf({ request }: Exchange): string | undefined {
  const signed = CREDENTIAL.exec(request.headers.authorization ?? '')?.[1];
  if (signed) return signed;
  const query = request.query.find(([name]) => name === 'X-Amz-Credential')?.[1];
  return query?.split('/')[0];
}

function arnOf(context: CloudContext, caller: Caller): string {
  return caller.kind === 'role' ? caller.roleArn : context.account.arn('iam', 'root');
}
