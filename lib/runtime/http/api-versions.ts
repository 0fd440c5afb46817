import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpResponse } from './response.ts';
import { type RouteContract, V2_MEDIA_TYPE, versionOf } from './route.ts';

/** When version 1 of routes with a version 2 was declared deprecated (RFC 9745: a Unix time), and when it goes. */
const V1_DEPRECATED_AT = '@1795305600';
const V1_SUNSET = 'Mon, 22 Nov 2027 00:00:00 GMT';

/** Tells callers of version 1 that there is a version 2, and answers version 2 in the media type it was asked for. */
export function versionedResponses(contract: RouteContract): MiddlewareObj<APIGatewayProxyEventV2, HttpResponse> {
  const addHeaders = ({ event, response }: { event: APIGatewayProxyEventV2; response?: HttpResponse | null }) => {
    if (!response || !contract.v2) return;
    const { accept } = event.headers;
    response.headers.vary = 'Accept';
    if (versionOf(contract, event.rawPath, accept) === 1) {
      Object.assign(response.headers, { deprecation: V1_DEPRECATED_AT, sunset: V1_SUNSET });
    } else if (accept?.includes(V2_MEDIA_TYPE) && response.headers['content-type'] === 'application/json') {
      response.headers['content-type'] = V2_MEDIA_TYPE;
    }
  };
  return { after: addHeaders, onError: addHeaders };
}
