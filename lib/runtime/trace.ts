import { randomBytes } from 'node:crypto';
import { currentTraceHeader } from './config.ts';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE = '0'.repeat(32);

/** The trace context of the running invocation in W3C form; X-Ray's ids map to it one to one. */
export function currentTraceparent(traceHeader = currentTraceHeader()): string {
  const root = /Root=1-([0-9a-f]{8})-([0-9a-f]{24})/.exec(traceHeader ?? '');
  const parent = /Parent=([0-9a-f]{16})/.exec(traceHeader ?? '');
  const sampled = !traceHeader || /Sampled=1/.test(traceHeader);
  const traceId = root ? `${root[1]}${root[2]}` : randomBytes(16).toString('hex');
  return `00-${traceId}-${parent?.[1] ?? randomBytes(8).toString('hex')}-${sampled ? '01' : '00'}`;
}

/** Continues the caller's trace when the header is well-formed; a broken one is as good as none. */
export function continueTrace(traceparent: string | undefined): string | undefined {
  const parts = TRACEPARENT.exec(traceparent ?? '');
  if (!parts || parts[1] === NO_TRACE) return undefined;
  return `00-${parts[1]}-${randomBytes(8).toString('hex')}-${parts[3]}`;
}

/** The same trace as an X-Ray header, for AWS calls that carry one (PutEvents, StartExecution). */
export function toTraceHeader(traceparent: string): string | undefined {
  const parts = TRACEPARENT.exec(traceparent);
  if (!parts?.[1]) return undefined;
  const [, trace, span, flags] = parts;
  return `Root=1-${trace.slice(0, 8)}-${trace.slice(8)};Parent=${span};Sampled=${flags === '01' ? 1 : 0}`;
}
