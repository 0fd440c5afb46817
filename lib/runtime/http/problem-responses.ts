import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError } from '../errors.ts';
import { countHandledFailure } from '../failure-metric.ts';
import { note } from '../work.ts';
import { problem } from './problem.ts';
import type { HttpResponse } from './response.ts';

/** Turns what a handler throws into problem+json; an unknown error goes to the log whole. */
export function problemResponses(): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  return {
    onError: (request) => {
      const { error } = request;
      const isRefusal = error instanceof AppError && error.status < 500;
      note({ outcome: error instanceof AppError ? error.code : 'INTERNAL_ERROR', ...(!isRefusal && { error }) });
      if (!(error instanceof AppError)) countHandledFailure();
      request.response = problem(request.error, request.event.requestContext.requestId);
    },
  };
}
