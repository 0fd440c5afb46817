import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ValidationFailed } from '../errors.ts';

/** Far more than any of our ids, and few enough for a key of DynamoDB (2,048 bytes), whatever they are. */
export const LONGEST_PATH_PARAMETER = 200;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the path says in the places of its route: `{ order_id: '...' }`. Throws {@link ValidationFailed}. */
export function pathParameters(event: APIGatewayProxyEventV2): Record<string, string> {
  const params = asSaid(event);
  const tooLong = Object.entries(params).filter(([, value]) => value.length > LONGEST_PATH_PARAMETER);
  if (tooLong.length === 0) return params;
  const message = `At most ${LONGEST_PATH_PARAMETER} characters`;
  throw new ValidationFailed(tooLong.map(([field]) => ({ field, message })));
}

/** The ids of ours that the path says. Clients may put anything else into it, which is not for logs and traces. */
export function idsInPath(event: APIGatewayProxyEventV2): Record<string, string> {
  return Object.fromEntries(Object.entries(asSaid(event)).filter(([, value]) => UUID.test(value)));
}

/** API Gateway leaves them out where a route has none; others that send such events say `null`. */
function asSaid({ pathParameters: params }: APIGatewayProxyEventV2): Record<string, string> {
  return (params ?? {}) as Record<string, string>;
}
