import { randomBytes } from 'node:crypto';
import { currentTraceHeader } from './config.ts';
import { currentSpan } from './tracing/current.ts';

/** A place in a trace. X-Ray's ids and those of W3C's trace context map one to one. */
export interface TraceContext {
  /** 32 hexadecimal digits; X-Ray writes them `1-<8>-<24>`. */
  traceId: string;
  /** 16 hexadecimal digits: the segment or span that what follows is a part of. */
  spanId: string;
  /** Whether the trace is recorded. */
  sampled: boolean;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NOTHING = /^0+$/;

/** W3C form. A header that is not well-formed is as good as none. */
export function parseTraceparent(traceparent: string | undefined): TraceContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (!traceId || NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** X-Ray's form: `Root=1-...;Parent=...;Sampled=1`. */
export function parseTraceHeader(header: string | undefined): TraceContext | undefined {
  const root = /Root=1-([0-9a-f]{8})-([0-9a-f]{24})/.exec(header ?? '');
  const parent = /Parent=([0-9a-f]{16})/.exec(header ?? '');
  if (!root || !parent) return undefined;
  return { traceId: `${root[1]}${root[2]}`, spanId: parent[1] ?? '', sampled: /Sampled=1/.test(header ?? '') };
}

export function newTrace(): TraceContext {
  const traceId = `${nowInSeconds()}${randomBytes(12).toString('hex')}`;
  return { traceId, spanId: newSpanId(), sampled: true };
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

export function toTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** As X-Ray writes it in documents and headers. */
export function xrayTraceId(traceId: string): string {
  return `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

/** The same place as an X-Ray header, for AWS calls that carry one (PutEvents, StartExecution). */
export function toTraceHeader(traceparent: string): string | undefined {
  const context = parseTraceparent(traceparent);
  return context && traceHeaderOf(context);
}

export function traceHeaderOf({ traceId, spanId, sampled }: TraceContext): string {
  return `Root=${xrayTraceId(traceId)};Parent=${spanId};Sampled=${sampled ? 1 : 0}`;
}

/** Where the running work stands, in W3C form: to be recorded with what it brings about, and sent with what it asks. */
export function currentTraceparent(): string {
  return toTraceparent(currentSpan()?.context ?? parseTraceHeader(currentTraceHeader()) ?? newTrace());
}

/** X-Ray's trace ids begin with the time. */
function nowInSeconds(): string {
  return Math.floor(Date.now() / 1000).toString(16);
}
