import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { idsIn } from '../tracing/document.ts';
import { inTrace } from '../tracing/traced.ts';
import { causeOf } from './request-cause.ts';
import type { HttpResponse } from './response.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<HttpResponse>;

/** Records the request in the trace that the client asks to go on with, else in that of the invocation. */
export function tracedRequest(handler: Handler): Handler {
  return (event, context) =>
    inTrace({ traceparent: event.headers?.traceparent }, async (span) => {
      const [, path = event.routeKey] = event.routeKey?.split(' ') ?? [];
      // As the route has it: what clients have put into the path is not for everybody.
      span.document.http = { request: { method: event.requestContext?.http?.method, url: path } };
      const response = await handler(event, context);
      span.annotate({ correlation_id: causeOf(event).correlation_id, ...idsInPath(event) });
      span.answered(response.statusCode);
      return response;
    });
}

/** Clients may put anything into a path: what is no id of ours is not recorded. */
function idsInPath({ pathParameters }: APIGatewayProxyEventV2) {
  return idsIn(Object.fromEntries(Object.entries(pathParameters ?? {}).filter(([, value]) => UUID.test(value ?? ''))));
}
