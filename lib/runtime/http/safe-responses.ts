import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpResponse } from './response.ts';

/**
 * What browsers and caches are told of every answer: to take it for what it says it is, to show it in no frame, to come
 * back by TLS only, and to keep nothing of it. A handler whose answers may be kept, or is a page, says so itself.
 */
const DEFAULTS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Sets the security headers of OWASP's REST cheat sheet where the handler has not set its own. */
export function safeResponses(): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  const addHeaders = ({ response }: { response?: HttpResponse | null }) => {
    if (response) response.headers = { ...DEFAULTS, ...response.headers };
  };
  return { after: addHeaders, onError: addHeaders };
}
