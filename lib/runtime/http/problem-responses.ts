import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError } from '../errors.ts';
import { countHandledFailure } from '../failure-metric.ts';
import { log } from '../log.ts';
import { problem } from './problem.ts';
import { causeOf } from './request-cause.ts';
import type { HttpResponse } from './response.ts';

/** Turns what a handler throws into problem+json; an unknown error goes to the log whole. */
export function problemResponses(): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  return {
    onError: (request) => {
      const { correlation_id } = causeOf(request.event);
      const route = request.event.routeKey;
      if (request.error instanceof AppError) {
        log.info('refused', { route, correlation_id, code: request.error.code });
      } else {
        log.error('failed', { route, correlation_id, error: request.error as Error });
        countHandledFailure();
      }
      request.response = problem(request.error, request.event.requestContext.requestId);
    },
  };
}
