import type { Api } from './api.ts';
import { AwsError } from './aws-error.ts';
import { readForm } from './form.ts';
import { typedFromText } from './input-shape.ts';
import type { QueryDialect, ServiceModule } from './service.ts';
import { type Fault, readCredential, type WireReply, type WireRequest } from './wire-message.ts';
import { writeXml } from './xml.ts';

interface QueryService {
  module: ServiceModule;
  dialect: QueryDialect;
  /** The codes that JSON and Query name differently. */
  codes: Record<string, string>;
}

// SQS takes requests at the URL of the queue, too.
const PATH = /^\/(\d{12}\/[^/]+)?$/;

/** The fields of a request in the Query protocol: in the body of a POST, in the URL of a GET. */
function queryFields(request: WireRequest): URLSearchParams {
  return request.method === 'POST' ? new URLSearchParams(request.body.toString('utf8')) : request.query;
}

export function isQueryRequest(request: WireRequest): boolean {
  if (!PATH.test(request.path)) return false;
  if (request.method === 'GET') return request.query.has('Action');
  const type = request.headers['content-type'] ?? '';
  return request.method === 'POST' && type.startsWith('application/x-www-form-urlencoded');
}

/** AWS Query: a form with `Action` in, XML out. */
export async function handleQuery(request: WireRequest, api: Api): Promise<WireReply> {
  const fields = queryFields(request);
  const action = fields.get('Action') ?? '';
  const service = findService(request, api, fields);
  if (!service) {
    throw new AwsError('InvalidAction', `The embedded cloud has no service for the Query action ${action}.`);
  }
  const { module, dialect } = service;
  const output = await api.call(module.name, action, readInput(service, request, fields), request.context);
  return reply(200, writeOutput(dialect, request, { action, output }));
}

function readInput({ module, dialect }: QueryService, { path }: WireRequest, fields: URLSearchParams) {
  const form = readForm(fields);
  const input = dialect.input?.(form, { action: fields.get('Action') ?? '', path }) ?? form;
  return typedFromText(input, module.inputs ?? {});
}

function writeOutput(
  { output: name, xmlNamespace, flattened }: QueryDialect,
  { requestId }: WireRequest,
  { action, output }: { action: string; output: unknown },
): string {
  const named = name && output ? name(output as Record<string, unknown>, action) : output;
  const result = named === undefined ? {} : { [`${action}Result`]: named };
  const document = { ...result, ResponseMetadata: { RequestId: requestId } };
  return writeXml(`${action}Response`, document, { namespace: xmlNamespace, flattened });
}

export function writeQueryFault(fault: Fault, request: WireRequest, api: Api): WireReply {
  const service = findService(request, api, queryFields(request));
  const denied = fault.code === 'AccessDeniedException';
  const document = {
    Error: { Type: fault.by, Code: queryCode(fault.code, service), Message: fault.message },
    RequestId: request.requestId,
  };
  const xml = writeXml('ErrorResponse', document, { namespace: service?.dialect.xmlNamespace });
  return reply(denied ? 403 : fault.status, xml);
}

function queryCode(code: string, service: QueryService | undefined): string {
  if (code === 'AccessDeniedException') return 'AccessDenied';
  if (code === 'UnknownOperationException') return 'InvalidAction';
  return service?.codes[code] ?? code.replace(/^.*#/, '');
}

/** The signature names the service; an unsigned request is known by its API version. */
function findService(request: WireRequest, api: Api, fields: URLSearchParams): QueryService | undefined {
  const signed = readCredential(request.headers, request.query)?.service;
  for (const module of api.modules()) {
    const service = queryService(module);
    if (!service) continue;
    const { apiVersion, signingName = module.name } = service.dialect;
    if (signed ? signingName === signed : apiVersion === fields.get('Version')) return service;
  }
  return undefined;
}

function queryService(module: ServiceModule): QueryService | undefined {
  const { protocol } = module;
  if (protocol?.kind === 'query') return { module, dialect: protocol, codes: {} };
  if (protocol?.kind !== 'json' || !protocol.query) return undefined;
  return { module, dialect: protocol.query, codes: protocol.queryCompatible ?? {} };
}

function reply(status: number, body: string): WireReply {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
