import type { Api } from './api.ts';
import { AwsError } from './aws-error.ts';
import { checkInputTypes } from './input-shape.ts';
import type { ForwardedReply, ServiceModule, WireProtocol } from './service.ts';
import { type Fault, readJson, type WireReply, type WireRequest, writeJson } from './wire-message.ts';

type JsonProtocol = Extract<WireProtocol, { kind: 'json' }>;

export interface JsonService {
  module: ServiceModule;
  protocol: JsonProtocol;
}

/** AWS JSON 1.0 and 1.1: `X-Amz-Target` names service and action, the body is the input. */
export async function handleJson(request: WireRequest, api: Api): Promise<WireReply> {
  const target = request.headers['x-amz-target'] ?? '';
  const dot = target.lastIndexOf('.');
  const action = target.slice(dot + 1);
  const service = findJsonService(api, target.slice(0, Math.max(dot, 0)));
  if (!service) {
    throw new AwsError('UnknownOperationException', `The embedded cloud has no service with the target ${target}.`);
  }
  if (service.module.forward) return forward(request, api, { module: service.module, target, action });
  const input = readJson(request.body);
  checkInputTypes(input, service.module.inputs ?? {});
  const output = await api.call(service.module.name, action, input, request.context);
  return { status: 200, headers: { 'content-type': contentType(service.protocol) }, body: writeJson(output) };
}

/** Hands the request over as it came; interceptors see it like any other call. */
async function forward(
  request: WireRequest,
  api: Api,
  { module, target, action }: { module: ServiceModule; target: string; action: string },
): Promise<WireReply> {
  const { headers, body, context } = request;
  const call = { service: module.name, action, input: lazyInput(body), context };
  const forwarded = { action, target, headers, body, caller: context.caller, trace: context.trace };
  const reply = await api.intercept(call, async () => module.forward?.(forwarded));
  return reply as ForwardedReply;
}

/** The input of a forwarded request, parsed only if an interceptor looks at it: the engine behind parses it anyway. */
function lazyInput(body: Buffer): object {
  let parsed: Record<string, unknown> | undefined;
  const input = () => {
    parsed ??= readJson(body);
    return parsed;
  };
  return new Proxy(
    {},
    {
      get: (_, key) => Reflect.get(input(), key),
      has: (_, key) => Reflect.has(input(), key),
      ownKeys: () => Reflect.ownKeys(input()),
      getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(input(), key),
    },
  );
}

/** `__type` and the error header both say the code: SDKs differ in which they read. */
export function writeJsonFault(fault: Fault, request: WireRequest, api: Api): WireReply {
  const target = request.headers['x-amz-target'] ?? '';
  const service = findJsonService(api, target.slice(0, Math.max(target.lastIndexOf('.'), 0)));
  const headers: Record<string, string> = {
    'content-type': service ? contentType(service.protocol) : 'application/x-amz-json-1.0',
    'x-amzn-errortype': fault.code,
  };
  const queryCode = service?.protocol.queryCompatible?.[fault.code];
  if (queryCode) headers['x-amzn-query-error'] = `${queryCode};${fault.by}`;
  const body = writeJson({ ...fault.fields, __type: fault.code, message: fault.message });
  return { status: fault.status, headers, body };
}

/** The service that answers targets with this prefix, such as `AmazonSQS`. */
export function findJsonService(api: Api, prefix: string): JsonService | undefined {
  for (const module of api.modules()) {
    const { protocol } = module;
    if (protocol?.kind !== 'json') continue;
    if (protocol.targetPrefix === prefix || protocol.targetPrefixes?.includes(prefix)) return { module, protocol };
  }
  return undefined;
}

function contentType(protocol: JsonProtocol): string {
  return `application/x-amz-json-${protocol.version}`;
}
