import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { inOneLine } from '../canonical-line.ts';
import { idsInPath } from './path-parameters.ts';
import { causeOf } from './request-cause.ts';
import type { HttpResponse } from './response.ts';

/** Writes the line of a request. A refusal is an answer: the service has failed where it answers 5xx, or not at all. */
export function requestLine(
  event: APIGatewayProxyEventV2,
  { probe }: { probe?: true },
  answer: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const message = event.routeKey;
  // What it is about, not whom.
  const { user_id: _, ...about } = idsInPath(event);
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
