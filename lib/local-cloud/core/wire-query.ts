import type { Api } from './api.ts';
import { AwsError } from './aws-error.ts';
import { readForm } from './form.ts';
import type { ServiceModule, WireProtocol } from './service.ts';
import { type Fault, readCredential, type WireReply, type WireRequest } from './wire-message.ts';
import { writeXml } from './xml.ts';

interface QueryService {
  module: ServiceModule;
  protocol: Extract<WireProtocol, { kind: 'query' }>;
}

/** The fields of a request in the Query protocol: in the body of a POST, in the URL of a GET. */
function queryFields(request: WireRequest): URLSearchParams {
  return request.method === 'POST' ? new URLSearchParams(request.body.toString('utf8')) : request.query;
}

export function isQueryRequest(request: WireRequest): boolean {
  if (request.method === 'GET') return request.path === '/' && request.query.has('Action');
  const type = request.headers['content-type'] ?? '';
  return request.method === 'POST' && request.path === '/' && type.startsWith('application/x-www-form-urlencoded');
}

/** AWS Query: a form with `Action` in, XML out. */
export async function handleQuery(request: WireRequest, api: Api): Promise<WireReply> {
  const fields = queryFields(request);
  const action = fields.get('Action') ?? '';
  const service = findService(request, api, fields);
  if (!service) {
    throw new AwsError('InvalidAction', `The embedded cloud has no service for the Query action ${action}.`);
  }
  const output = await api.call(service.module.name, action, readForm(fields), request.context);
  const result = output === undefined ? {} : { [`${action}Result`]: output };
  const document = { ...result, ResponseMetadata: { RequestId: request.requestId } };
  return reply(200, writeXml(`${action}Response`, document, service.protocol.xmlNamespace));
}

export function writeQueryFault(fault: Fault, request: WireRequest, api: Api): WireReply {
  const service = findService(request, api, queryFields(request));
  const denied = fault.code === 'AccessDeniedException';
  const unknown = fault.code === 'UnknownOperationException';
  const code = denied ? 'AccessDenied' : unknown ? 'InvalidAction' : fault.code;
  const document = {
    Error: { Type: fault.by, Code: code, Message: fault.message },
    RequestId: request.requestId,
  };
  return reply(denied ? 403 : fault.status, writeXml('ErrorResponse', document, service?.protocol.xmlNamespace));
}

/** The signature names the service; an unsigned request is known by its API version. */
function findService(request: WireRequest, api: Api, fields: URLSearchParams): QueryService | undefined {
  const signed = readCredential(request.headers, request.query)?.service;
  for (const module of api.modules()) {
    const { protocol } = module;
    if (protocol?.kind !== 'query') continue;
    if (signed ? module.name === signed : protocol.apiVersion === fields.get('Version')) return { module, protocol };
  }
  return undefined;
}

function reply(status: number, body: string): WireReply {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
