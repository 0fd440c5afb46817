import { isUtf8 } from 'node:buffer';
import type { HttpResponse } from '#lib/runtime/http/response.ts';
import { BadGateway } from './gateway-problems.ts';
import { endToEndHeaders } from './hop-by-hop.ts';
import { PSEUDONYM } from './request-to-service.ts';

/** What a service answered. */
export interface ServiceAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** A Lambda function may answer with 6 MB, as JSON; a little is left for what stands around the body. */
export const LARGEST_ANSWER_BYTES = 6 * 1024 * 1024 - 16 * 1024;

const TEXT = /^(text\/|application\/([\w.+-]+\+)?(json|xml)\b|application\/(javascript|graphql)\b)/i;
/** Ours to say, or API Gateway's. */
const NOT_PASSED_ON = /^(content-length|set-cookie|x-bazaar-.*)$/;

/** Makes of a service's answer the one that the client gets. Throws {@link BadGateway} for one that Lambda cannot return. */
export function answerToClient({ status, headers, body }: ServiceAnswer): HttpResponse {
  const kept = Object.entries(endToEndHeaders(headers)).filter(([name]) => !NOT_PASSED_ON.test(name));
  const asText = isText(headers) && isUtf8(body);
  const response: HttpResponse = {
    statusCode: status,
    headers: {
      ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
      via: [headers.via, `1.1 ${PSEUDONYM}`].flat().filter(Boolean).join(', '),
    },
    body: body.toString(asText ? 'utf8' : 'base64'),
    isBase64Encoded: !asText,
    cookies: [headers['set-cookie'] ?? []].flat(),
  };
  // Text grows by what JSON escapes, all else by a third.
  if (Buffer.byteLength(JSON.stringify(response)) > LARGEST_ANSWER_BYTES) throw tooLarge();
  return response;
}

export function tooLarge(): BadGateway {
  return new BadGateway(
    'The answer of the service is larger than the gateway can pass on (6 MB, 4.5 MB if it is no text).',
  );
}

function isText(headers: ServiceAnswer['headers']): boolean {
  const type = String(headers['content-type'] ?? '');
  const isOtherCharset = /charset=/i.test(type) && !/charset="?utf-?8/i.test(type);
  return TEXT.test(type) && !isOtherCharset && headers['content-encoding'] === undefined;
}
