import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ValidationFailed } from '../errors.ts';

/** Far more than any of our ids, and few enough for a key of DynamoDB (2,048 bytes), whatever they are. */
export const LONGEST_PATH_PARAMETER = 200;

/** What the path says in the places of its route: `{ order_id: '...' }`. Throws {@link ValidationFailed}. */
export function pathParameters(event: APIGatewayProxyEventV2): Record<string, string> {
  // API Gateway leaves them out where a route has none; others that send such events say `null`.
  const params = event.pathParameters ?? {};
  const tooLong = Object.entries(params).filter(([, value = '']) => value.length > LONGEST_PATH_PARAMETER);
  if (tooLong.length === 0) return params as Record<string, string>;
  const message = `At most ${LONGEST_PATH_PARAMETER} characters`;
  throw new ValidationFailed(tooLong.map(([field]) => ({ field, message })));
}
