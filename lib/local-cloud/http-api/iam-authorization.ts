import { AwsError } from '../core/aws-error.ts';
import { sessionArn, sessionUserId } from '../core/role-session.ts';
import type { CloudContext } from '../core/service.ts';
import { readSignature, refusalOf, type Signature, type SignedRequest } from '../core/signature.ts';
import { type Exchange, forbidden } from './exchange.ts';
import { requestArn } from './lambda-authorizer.ts';
import type { Identity } from './model.ts';

/**
 * Routes with `AWS_IAM`: the signature says who calls, and IAM says whether that caller may invoke the route. Here the
 * operator is nobody: credentials that no role was given could not be told from invented ones.
 */
export function authorizeByIam(context: CloudContext, exchange: Exchange): Identity {
  const request = signedRequestOf(exchange);
  const signature = readSignature(request);
  if (!signature) throw refused(context, exchange, 'Missing Authentication Token');
  const caller = context.iam.callerOf?.(signature.accessKeyId);
  const refusal = refusalOfCaller(context, request, signature);
  if (refusal || caller?.kind !== 'role') throw refused(context, exchange, refusal ?? INVALID_TOKEN);
  try {
    context.iam.authorize(caller, 'execute-api:Invoke', requestArn(context, exchange));
  } catch (error) {
    throw error instanceof AwsError ? refused(context, exchange, error.message) : error;
  }
  return {
    kind: 'iam',
    accessKey: signature.accessKeyId,
    accountId: context.account.id,
    userArn: sessionArn(context.account, caller.roleArn),
    userId: sessionUserId(caller.roleArn),
  };
}

const INVALID_TOKEN = 'The security token included in the request is invalid.';

function refusalOfCaller(context: CloudContext, request: SignedRequest, signature: Signature): string | undefined {
  const credentials = context.iam.credentialsOf?.(signature.accessKeyId);
  // Each execution environment has a token of its own that begins with the one of its role.
  if (!credentials || !signature.sessionToken?.startsWith(credentials.sessionToken)) return INVALID_TOKEN;
  return refusalOf(request, signature, {
    secretAccessKey: credentials.secretAccessKey,
    region: context.account.region,
    service: 'execute-api',
    nowMs: context.clock.now(),
  });
}

function signedRequestOf({ request }: Exchange): SignedRequest {
  const { cookies, headers } = request;
  return cookies.length > 0 ? { ...request, headers: { ...headers, cookie: cookies.join('; ') } } : request;
}

/** The client hears no reason; the log of the cloud and the access log have it. */
function refused(context: CloudContext, exchange: Exchange, reason: string): Error {
  exchange.authorizerError = reason;
  context.log.warn(`HTTP API ${exchange.api.name}: ${reason}`);
  return forbidden();
}
