import { PreconditionFailed } from '../errors.ts';
import type { HttpResponse } from './response.ts';

// RFC 9110, 13.1: both headers name one ETag, several, or `*` for any.

/** Throws {@link PreconditionFailed} when If-Match names other states than the current one. No header: no condition. */
export function mustMatch(ifMatch: string | undefined, currentEtags: string[]): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  if (!etagsOf(ifMatch).some((etag) => currentEtags.includes(etag))) throw new PreconditionFailed();
}

/** Answers 304, without the body, when If-None-Match says that the client has the state of the response already. */
export function unlessMatched(ifNoneMatch: string | undefined, response: HttpResponse): HttpResponse {
  const { 'content-type': _, ...headers } = response.headers;
  if (ifNoneMatch === undefined || !headers.etag) return response;
  const isKnown = ifNoneMatch.trim() === '*' || etagsOf(ifNoneMatch).some((etag) => weak(etag) === weak(headers.etag));
  return isKnown ? { statusCode: 304, headers, body: '' } : response;
}

function etagsOf(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

/** Whoever compresses a response on its way makes its ETag weak; for reading, that is the same state. */
function weak(etag = ''): string {
  return etag.replace(/^W\//, '');
}
