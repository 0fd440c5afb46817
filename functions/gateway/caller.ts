import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ANONYMOUS, type Caller } from '#lib/runtime/auth/caller.ts';
import { identify } from '#lib/runtime/http/http-handler.ts';
import type { LiveRoute } from './live-route.ts';

/**
 * Who sent the request. Where the route needs no token one that is ours still counts; others may belong to the service,
 * which has its own way to know people. Throws `Unauthorized` where the route needs one.
 */
export async function callerOf(event: APIGatewayProxyEventV2, { token_required }: LiveRoute): Promise<Caller> {
  if (token_required) return identify(event, { auth: 'user' });
  return event.headers.authorization ? identify(event, { auth: 'user' }).catch(() => ANONYMOUS) : ANONYMOUS;
}
