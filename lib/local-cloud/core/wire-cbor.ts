import type { Api } from './api.ts';
import { AwsError } from './aws-error.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { checkInputTypes } from './input-shape.ts';
import { findJsonService } from './wire-json.ts';
import type { Fault, WireReply, WireRequest } from './wire-message.ts';

const PATH = /^\/service\/([^/]+)\/operation\/([^/]+)$/;

export function isCborRequest({ headers, path }: WireRequest): boolean {
  return headers['smithy-protocol'] === 'rpc-v2-cbor' && PATH.test(path);
}

/**
 * Smithy RPC v2 with CBOR, which some SDKs speak to CloudWatch: the path names service and action. Inputs and outputs
 * are those of the JSON protocol but for times and bytes, which CBOR can tell from numbers and text.
 */
export async function handleCbor(request: WireRequest, api: Api): Promise<WireReply> {
  const [, target = '', action = ''] = PATH.exec(request.path) ?? [];
  const service = findJsonService(api, target);
  if (!service?.protocol.cbor) {
    throw new AwsError('UnknownOperationException', `The embedded cloud has no service ${target} that speaks CBOR.`);
  }
  const input = readInput(request);
  checkInputTypes(input, service.module.inputs ?? {});
  const output = await api.call(service.module.name, action, input, request.context);
  return reply(200, output ?? {});
}

export function writeCborFault(fault: Fault, request: WireRequest, api: Api): WireReply {
  const service = findJsonService(api, PATH.exec(request.path)?.[1] ?? '');
  const queryCode = service?.protocol.queryCompatible?.[fault.code];
  const headers = queryCode && { 'x-amzn-query-error': `${queryCode};${fault.by}` };
  return reply(fault.status, { ...fault.fields, __type: fault.code, message: fault.message }, headers || {});
}

function readInput({ body, method }: WireRequest): Record<string, unknown> {
  if (method !== 'POST')
    throw new AwsError('UnknownOperationException', 'Smithy RPC v2 is spoken with POST only.', 405);
  const input = body.length === 0 ? {} : decodeCbor(body);
  if (typeof input === 'object' && input !== null && !Array.isArray(input) && !(input instanceof Uint8Array)) {
    return input as Record<string, unknown>;
  }
  throw new AwsError('SerializationException', 'The request body is not a CBOR map.');
}

function reply(status: number, content: object, headers: Record<string, string> = {}): WireReply {
  const fixed = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
  return { status, headers: { ...fixed, ...headers }, body: encodeCbor(content) };
}
