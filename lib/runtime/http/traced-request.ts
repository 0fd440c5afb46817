import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { idsIn } from '../tracing/document.ts';
import { inTrace } from '../tracing/traced.ts';
import { idsInPath } from './path-parameters.ts';
import { causeOf } from './request-cause.ts';
import type { HttpResponse } from './response.ts';

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<HttpResponse>;

/** Records the request in the trace that the client asks to go on with, else in that of the invocation. */
export function tracedRequest(handler: Handler): Handler {
  return (event, context) =>
    inTrace({ traceparent: event.headers?.traceparent }, async (span) => {
      const [, path = event.routeKey] = event.routeKey?.split(' ') ?? [];
      // As the route has it: what clients have put into the path is not for everybody.
      span.document.http = { request: { method: event.requestContext?.http?.method, url: path } };
      const response = await handler(event, context);
      span.annotate({ correlation_id: causeOf(event).correlation_id, ...idsIn(idsInPath(event)) });
      span.answered(response.statusCode);
      return response;
    });
}
