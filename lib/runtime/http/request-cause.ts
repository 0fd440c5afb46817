import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Cause } from '#events/event.ts';
import { currentTraceparent } from '../trace.ts';
import type { HttpResponse } from './response.ts';

const CORRELATION_ID = /^[\w.:@/+=-]{1,128}$/;

const causes = new WeakMap<APIGatewayProxyEventV2, Cause>();

/** Correlation id (the client's own if it sent one) and trace context of a request, made once per request. */
export function causeOf(event: APIGatewayProxyEventV2): Cause {
  const known = causes.get(event);
  if (known) return known;
  const sent = event.headers['x-correlation-id'];
  const requestId = event.requestContext.requestId;
  const cause = {
    correlation_id: sent && CORRELATION_ID.test(sent) ? sent : requestId,
    causation_id: requestId,
    traceparent: currentTraceparent(),
  };
  causes.set(event, cause);
  return cause;
}

/** Says in every response, errors too, what to look for in logs and traces. */
export function tracedResponses(): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  const addHeaders = (request: { event: APIGatewayProxyEventV2; response: HttpResponse | null | undefined }) => {
    const { correlation_id, traceparent } = causeOf(request.event);
    if (request.response) Object.assign(request.response.headers, { 'x-correlation-id': correlation_id, traceparent });
  };
  return { after: addHeaders, onError: addHeaders };
}
