import { newTraceId } from '../core/segment.ts';
import type { TraceHeader } from '../core/service.ts';

/**
 * The trace that a request belongs to: the client's own `X-Amzn-Trace-Id`, else a new one. HTTP APIs record nothing
 * themselves, and take no notice of W3C's `traceparent`, which the function gets as any other header.
 */
export function traceOf(headers: Record<string, string>, nowMs: number): TraceHeader {
  const given = headers['x-amzn-trace-id'];
  return given?.includes('Root=') ? given : `Root=${newTraceId(nowMs)}`;
}
