import { randomBytes } from 'node:crypto';
import type { TraceHeader } from '../core/service.ts';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/**
 * The trace that a request belongs to: the client's own `X-Amzn-Trace-Id`, else the one its W3C `traceparent` names
 * (the ids of both map one to one), else a new one.
 */
export function traceOf(headers: Record<string, string>, nowMs: number): TraceHeader {
  const given = headers['x-amzn-trace-id'];
  if (given?.includes('Root=')) return given;
  const parent = TRACEPARENT.exec(headers.traceparent ?? '');
  const [, traceId = '', parentId = '', flags = ''] = parent ?? [];
  if (parent && !/^0+$/.test(traceId)) {
    const sampled = Number.parseInt(flags, 16) & 1;
    return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${parentId};Sampled=${sampled}`;
  }
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}
