import { AppError } from '../errors.ts';
import type { HttpResponse } from './response.ts';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  508: 'Loop Detected',
};

/**
 * Answers an error as problem+json (RFC 9457). What is not an {@link AppError} is our own fault: the caller gets a
 * bland 500 with the request id, and the log has the rest.
 * @param requestId shown as `instance`, so that a report leads to the log.
 */
export function problem(error: unknown, requestId: string): HttpResponse {
  const known =
    error instanceof AppError
      ? error
      : new AppError('INTERNAL_ERROR', 500, 'Something went wrong on our side. Report the instance if it persists.');
  return {
    statusCode: known.status,
    headers: { 'content-type': 'application/problem+json', ...known.headers },
    body: JSON.stringify({
      type: `urn:bazaar:problem:${known.code.toLowerCase().replaceAll('_', '-')}`,
      title: TITLES[known.status] ?? 'Error',
      status: known.status,
      detail: known.message,
      code: known.code,
      instance: requestId,
      ...(known.fieldErrors.length > 0 && { errors: known.fieldErrors }),
    }),
  };
}
