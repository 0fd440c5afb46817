import { crc32 } from 'node:zlib';
import { AwsError } from '../core/aws-error.ts';
import type { EngineReply } from './engine-client.ts';

/** A reply that is not the engine's own: the checksum is what clients verify, so it has to be made anew. */
export function jsonReply(output: unknown, status = 200): EngineReply {
  const body = Buffer.from(typeof output === 'string' ? output : JSON.stringify(output));
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(body)) };
  return { status, headers, body };
}

/** DynamoDB names its errors with the namespace of the layer that refused the request. */
const NAMESPACES: Record<string, string> = {
  AccessDeniedException: 'com.amazon.coral.service',
  SerializationException: 'com.amazon.coral.service',
  UnknownOperationException: 'com.amazon.coral.service',
  ValidationException: 'com.amazon.coral.validate',
};
const OWN_NAMESPACE = 'com.amazonaws.dynamodb.v20120810';

export function errorReply(error: AwsError): EngineReply {
  const type = `${NAMESPACES[error.code] ?? OWN_NAMESPACE}#${error.code}`;
  return jsonReply({ __type: type, message: error.message, ...error.fields }, error.status);
}

/** What a caller inside gets: the output, or the error as an exception. */
export function outputOf(reply: EngineReply): unknown {
  const parsed = JSON.parse(reply.body.toString());
  if (reply.status < 400) return parsed;
  const { __type = 'InternalServerError', message, Message, ...fields } = parsed;
  throw new AwsError(__type.split('#').pop(), message ?? Message ?? '', reply.status, fields);
}
