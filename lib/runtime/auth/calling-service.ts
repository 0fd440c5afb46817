import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Carries the user's token where `Authorization` has the signature of the service that asks for that user. */
export const ON_BEHALF_OF = 'x-bazaar-on-behalf-of';

/**
 * The role that has signed the request; undefined for a request of a user. API Gateway has checked the signature, and
 * that the role may call the route, before it says this: nobody else can write into the request's context.
 */
export function callingService({ requestContext }: APIGatewayProxyEventV2): string | undefined {
  const { authorizer } = requestContext as { authorizer?: { iam?: { userArn: string } } };
  // arn:aws:sts::<account>:assumed-role/<role>/<session>
  return authorizer?.iam?.userArn.split('/')[1];
}
