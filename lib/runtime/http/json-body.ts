import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { PayloadTooLarge, UnsupportedMediaType, ValidationFailed } from '../errors.ts';

/** A request body may have at most 256 KiB. */
const LARGEST_BODY_BYTES = 256 * 1024;

/** The bytes of the body, whatever encoding API Gateway gave it. */
export function rawBody(event: APIGatewayProxyEventV2): Buffer {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > LARGEST_BODY_BYTES) throw new PayloadTooLarge(LARGEST_BODY_BYTES);
  return body;
}

/** Reads the body as JSON. */
export function jsonBody(event: APIGatewayProxyEventV2): unknown {
  const body = rawBody(event);
  if (body.length > 0 && !isJson(event.headers['content-type'])) throw new UnsupportedMediaType();
  return parsedJson(body);
}

/** @throws ValidationFailed where it is not JSON */
export function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new ValidationFailed([], { message: 'The body is not valid JSON.', cause });
  }
}

/** A missing type is taken for JSON; curl's default for `--data` is not JSON, but too common a slip to refuse. */
function isJson(contentType = 'application/json'): boolean {
  return /^application\/([\w.+-]+\+)?json\b|^application\/x-www-form-urlencoded\b/i.test(contentType.trim());
}
