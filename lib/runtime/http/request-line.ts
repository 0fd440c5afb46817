import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { inOneLine } from '../canonical-line.ts';
import { causeOf } from './request-cause.ts';
import type { HttpResponse } from './response.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Writes the line of a request. A refusal is an answer: the service has failed where it answers 5xx, or not at all. */
export function requestLine(
  event: APIGatewayProxyEventV2,
  { probe }: { probe?: true },
  answer: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const message = event.routeKey;
  const about = idsInPath(event);
  return inOneLine(causeOf(event), answer, {
    done: ({ statusCode: status }, { outcome = 'ok' }) => ({
      level: status >= 500 ? 'ERROR' : 'INFO',
      message,
      outcome: String(outcome),
      failed: probe ? undefined : status >= 500,
      fields: { ...about, status },
    }),
    failed: (error) => ({ message, outcome: error.name, failed: true, fields: { ...about, error } }),
  });
}

/** What the request is about, where it is an id of ours and not of a person; anything else may stand in a path. */
function idsInPath({ pathParameters }: APIGatewayProxyEventV2): Record<string, string | undefined> {
  const isTold = ([name, value]: [string, string | undefined]) => name !== 'user_id' && UUID.test(value ?? '');
  return Object.fromEntries(Object.entries(pathParameters ?? {}).filter(isTold));
}
