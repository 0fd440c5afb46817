import { optionalEnv } from '../config.ts';
import { send } from '../http/http-client.ts';
import type { SegmentDocument } from './document.ts';

/** A collector that takes longer is given up: the function's caller waits meanwhile. */
const TIMEOUT_MS = 1_000;

const KIND = { internal: 1, server: 2, client: 3 } as const;
const STATUS_ERROR = 2;

type Value = string | number | boolean;

/** Posts a document, as spans, to a collector (OTLP/HTTP with JSON). Rejects when it is not reached. */
export async function exportOtlp(url: string, document: SegmentDocument): Promise<void> {
  const headers = { 'content-type': 'application/json', ...headersOf(optionalEnv('OTEL_EXPORTER_OTLP_HEADERS')) };
  await send({ method: 'POST', url, headers, body: JSON.stringify(toOtlp([document])), timeoutMs: TIMEOUT_MS });
}

/** Segments, with all that stands in them, as an OTLP export of spans. */
export function toOtlp(documents: SegmentDocument[]) {
  return {
    resourceSpans: documents.map((document) => ({
      resource: { attributes: attributes({ 'service.name': String(document.annotations?.service ?? document.name) }) },
      scopeSpans: [{ scope: { name: 'bazaar' }, spans: spansOf(document, traceIdOf(document), document.parent_id) }],
    })),
  };
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  /** As text: they are too large for a JSON number. */
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: ReturnType<typeof attributes>;
  status?: { code: number };
}

function spansOf(document: SegmentDocument, traceId: string, parentSpanId: string | undefined): OtlpSpan[] {
  const { id, name, namespace, start_time, end_time = start_time, aws, fault } = document;
  const operation = aws?.operation;
  const own = {
    traceId,
    spanId: id,
    ...(parentSpanId && { parentSpanId }),
    name: operation ? `${name}.${operation}` : (document.http?.request?.url ?? name),
    kind: namespace ? KIND.client : parentSpanId && !document.trace_id ? KIND.internal : KIND.server,
    startTimeUnixNano: nanoseconds(start_time),
    endTimeUnixNano: nanoseconds(end_time),
    attributes: attributes(attributesOf(document)),
    ...(fault && { status: { code: STATUS_ERROR } }),
  };
  return [own, ...(document.subsegments ?? []).flatMap((part) => spansOf(part, traceId, id))];
}

function attributesOf({ http, aws, annotations, cause, origin, name }: SegmentDocument): Record<string, Value> {
  const [exception] = cause?.exceptions ?? [];
  return {
    ...annotations,
    ...(origin && { 'faas.name': name }),
    ...(http?.request && { 'http.request.method': http.request.method, 'url.path': http.request.url }),
    ...(http?.response && { 'http.response.status_code': http.response.status }),
    ...(aws?.operation && { 'rpc.system': 'aws-api', 'rpc.method': aws.operation }),
    ...(aws?.table_name && { 'aws.dynamodb.table_names': aws.table_name }),
    ...(exception && { 'error.type': exception.type }),
  };
}

function attributes(values: Record<string, Value>) {
  return Object.entries(values).map(([key, value]) => ({ key, value: attributeValue(value) }));
}

function attributeValue(value: Value) {
  if (typeof value === 'boolean') return { boolValue: value };
  return typeof value === 'number' ? { doubleValue: value } : { stringValue: value };
}

/** `1-<8 digits>-<24 digits>` without what is X-Ray's. */
function traceIdOf({ trace_id = '' }: SegmentDocument): string {
  return trace_id.slice(2).replace('-', '');
}

function nanoseconds(seconds: number): string {
  return `${Math.round(seconds * 1_000_000)}000`;
}

/** `name=value,name=value`, as OpenTelemetry has it. */
function headersOf(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const [name = '', ...value] = pair.split('=');
    return name.trim() ? [[name.trim(), decodeURIComponent(value.join('=').trim())]] : [];
  });
  return Object.fromEntries(pairs);
}
